// Wait gives the lock up while it waits, and has it again when it returns.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	mu.Lock()
	go func() {
		mu.Lock()
		fmt.Println("the other has the lock")
		mu.Unlock()
		c.Signal()
	}()
	c.Wait()
	fmt.Println("locked again:", !mu.TryLock())
	mu.Unlock()
}
