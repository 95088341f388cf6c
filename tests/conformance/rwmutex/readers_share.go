// Any number of readers hold the lock at once.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.RWMutex
	in := make(chan int)
	out := make(chan bool)
	for i := 0; i < 3; i++ {
		go func() {
			mu.RLock()
			in <- 1
			<-out
			mu.RUnlock()
			in <- -1
		}()
	}
	n := 0
	for i := 0; i < 3; i++ {
		n += <-in
	}
	fmt.Println(n, "readers", mu.TryLock(), mu.TryRLock())
	mu.RUnlock()
	close(out)
	for i := 0; i < 3; i++ {
		n += <-in
	}
	fmt.Println(n, "readers", mu.TryLock())
}
