// Broadcast wakes all that wait, and only those.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	ready := false
	waiting, out := make(chan bool), make(chan bool)
	for i := 0; i < 3; i++ {
		go func() {
			mu.Lock()
			waiting <- true
			for !ready {
				c.Wait()
			}
			mu.Unlock()
			out <- true
		}()
	}
	for i := 0; i < 3; i++ {
		<-waiting
	}
	mu.Lock()
	ready = true
	c.Broadcast()
	mu.Unlock()
	for i := 0; i < 3; i++ {
		fmt.Println(<-out)
	}
	c.Broadcast()
}
