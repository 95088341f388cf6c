// Two goroutines take turns through one Cond.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	turn := 0
	var wg sync.WaitGroup
	for id, word := range []string{"ping", "pong"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 3; i++ {
				mu.Lock()
				for turn != id {
					c.Wait()
				}
				fmt.Println(word, i)
				turn = 1 - id
				c.Signal()
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
}
