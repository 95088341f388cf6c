// Many producers and one consumer: every value arrives exactly once.
package main

import (
	"fmt"
	"sync"
)

func main() {
	ch := make(chan int, 16)
	var wg sync.WaitGroup
	for p := 0; p < 8; p++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 1000; i++ {
				ch <- p*1000 + i
			}
		}()
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	sum, count := 0, 0
	for v := range ch {
		sum += v
		count++
	}
	fmt.Println(count, sum)
}
