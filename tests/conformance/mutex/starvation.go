// Normal mode lets the running goroutine barge in; a waiter that has been overtaken after more than a millisecond gets the lock handed.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"sync"
	"time"
)

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
	time.Sleep(5 * time.Millisecond)
	mu.Unlock()
	mu.Lock()
	fmt.Println("main was faster")
	time.Sleep(5 * time.Millisecond)
	mu.Unlock()
	mu.Lock()
	fmt.Println("main had to queue")
	mu.Unlock()
	<-done
}
