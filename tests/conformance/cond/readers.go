// A Cond over RLocker: several readers wait for what a writer changes.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.RWMutex
	c := sync.NewCond(mu.RLocker())
	version := 0
	out := make(chan int)
	for i := 0; i < 2; i++ {
		go func() {
			c.L.Lock()
			for version == 0 {
				c.Wait()
			}
			v := version
			c.L.Unlock()
			out <- v
		}()
	}
	mu.Lock()
	version = 7
	mu.Unlock()
	c.Broadcast()
	fmt.Println(<-out, <-out)
}
