// Signal wakes one waiter, the one that has waited longest.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

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
		waitFor(i+1, "[sync.Cond.Wait]")
	}
	for i := 0; i < 3; i++ {
		mu.Lock()
		c.Signal()
		mu.Unlock()
		fmt.Println(<-out, len(out))
	}
}
