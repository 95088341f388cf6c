// Waiters that have slept for long get the lock in the order in which they came.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

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
		runtime.Gosched()
	}
	time.Sleep(5 * time.Millisecond)
	mu.Unlock()
	for i := 0; i < 4; i++ {
		<-done
	}
}
