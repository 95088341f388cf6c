// Signal wakes one waiter, the one that has waited longest.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	out := make(chan int, 3)
	for i := 0; i < 3; i++ {
		go func() {
			mu.Lock()
			c.Wait()
			mu.Unlock()
			out <- i
		}()
		runtime.Gosched()
	}
	for i := 0; i < 3; i++ {
		mu.Lock()
		c.Signal()
		mu.Unlock()
		fmt.Println(<-out, len(out))
	}
}
