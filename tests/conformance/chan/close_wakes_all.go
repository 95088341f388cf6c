// Closing wakes every receiver with a zero value and ok false.
package main

import (
	"fmt"
	"sync"
)

func main() {
	ch := make(chan int)
	results := make(chan bool, 10)
	var ready sync.WaitGroup
	for i := 0; i < 10; i++ {
		ready.Add(1)
		go func() {
			ready.Done()
			v, ok := <-ch
			results <- v == 0 && !ok
		}()
	}
	ready.Wait()
	close(ch)
	count := 0
	for i := 0; i < 10; i++ {
		if <-results {
			count++
		}
	}
	fmt.Println(count)
}
