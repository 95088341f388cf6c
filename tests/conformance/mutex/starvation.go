// Normal mode lets the running goroutine barge in; a waiter that has been overtaken after more than a millisecond gets the lock handed.

//gort:env GOMAXPROCS=1

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
	go func() {
		mu.Lock()
		fmt.Println("waiter")
		mu.Unlock()
		done <- true
	}()
	waitFor(1, "[sync.Mutex.Lock]")
	time.Sleep(5 * time.Millisecond)
	mu.Unlock()
	mu.Lock()
	fmt.Println("main was faster")
	waitFor(1, "[sync.Mutex.Lock]")
	mu.Unlock()
	mu.Lock()
	fmt.Println("main had to queue")
	mu.Unlock()
	<-done
}
