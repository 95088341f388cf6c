// Waiters that have slept for long get the lock in the order in which they came.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
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
	done := make(chan bool)
	mu.Lock()
	for i := 0; i < 4; i++ {
		go func() {
			mu.Lock()
			fmt.Println("waiter", i)
			time.Sleep(3 * time.Millisecond)
			mu.Unlock()
			done <- true
		}()
		waitFor(i+1, "[sync.Mutex.Lock]")
	}
	time.Sleep(5 * time.Millisecond)
	mu.Unlock()
	for i := 0; i < 4; i++ {
		<-done
	}
}
