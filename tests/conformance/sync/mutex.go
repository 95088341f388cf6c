// A mutex keeps a counter right; a locked one stays locked through a recovered panic.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	n := 0
	for i := 0; i < 50; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 100; j++ {
				mu.Lock()
				n++
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(n)
	func() {
		defer func() { recover() }()
		mu.Lock()
		panic("still locked")
	}()
	fmt.Println(mu.TryLock())
	mu.Unlock()
	fmt.Println(mu.TryLock(), mu.TryLock())
}
