// A writer that waits keeps new readers out, and has the lock before them.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
	"sync"
)

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
	runtime.Gosched()
	fmt.Println("reader may enter:", mu.TryRLock())
	go func() {
		mu.RLock()
		fmt.Println("late reader")
		mu.RUnlock()
		done <- true
	}()
	runtime.Gosched()
	fmt.Println("first reader leaves")
	mu.RUnlock()
	<-done
	<-done
}
