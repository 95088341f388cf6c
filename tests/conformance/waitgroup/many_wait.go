// Every goroutine that waits goes on.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	out := make(chan string)
	for i := 0; i < 4; i++ {
		go func() {
			wg.Wait()
			out <- "went on"
		}()
	}
	time.Sleep(2 * time.Millisecond)
	wg.Done()
	for i := 0; i < 4; i++ {
		fmt.Println(<-out)
	}
}
