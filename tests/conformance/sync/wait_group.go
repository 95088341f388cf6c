// Wait returns when the counter is back at zero; the group may be used again.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	wg.Wait()
	for round := 0; round < 3; round++ {
		results := make(chan int, 4)
		for i := 0; i < 4; i++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				results <- i
			}()
		}
		wg.Wait()
		fmt.Println(round, len(results))
	}
}
