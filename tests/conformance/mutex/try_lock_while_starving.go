// TryLock fails while the lock is held, also with others waiting for it, and takes nothing.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	mu.Lock()
	done := make(chan bool)
	go func() {
		mu.Lock()
		mu.Unlock()
		close(done)
	}()
	time.Sleep(3 * time.Millisecond)
	for i := 0; i < 3; i++ {
		fmt.Println(mu.TryLock())
	}
	mu.Unlock()
	<-done
	fmt.Println(mu.TryLock())
}
