// A writer that waits keeps new readers out, and has the lock before them.
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
	var mu sync.RWMutex
	done := make(chan bool)
	mu.RLock()
	go func() {
		mu.Lock()
		fmt.Println("writer")
		mu.Unlock()
		done <- true
	}()
	waitFor(1, "[sync.RWMutex.Lock]")
	fmt.Println("reader may enter:", mu.TryRLock())
	go func() {
		mu.RLock()
		fmt.Println("late reader")
		mu.RUnlock()
		done <- true
	}()
	waitFor(1, "[sync.RWMutex.RLock]")
	fmt.Println("first reader leaves")
	mu.RUnlock()
	<-done
	<-done
}
