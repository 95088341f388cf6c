// Readers share, a writer is alone.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.RWMutex
	mu.RLock()
	mu.RLock()
	fmt.Println(mu.TryLock(), mu.TryRLock())
	mu.RUnlock()
	mu.RUnlock()
	mu.RUnlock()
	mu.Lock()
	fmt.Println(mu.TryLock(), mu.TryRLock())
	mu.Unlock()
	var wg sync.WaitGroup
	total, reads := 0, make(chan int, 100)
	for i := 0; i < 10; i++ {
		wg.Add(2)
		go func() {
			defer wg.Done()
			mu.Lock()
			total++
			total++
			mu.Unlock()
		}()
		go func() {
			defer wg.Done()
			mu.RLock()
			reads <- total % 2
			mu.RUnlock()
		}()
	}
	wg.Wait()
	close(reads)
	odd := 0
	for v := range reads {
		odd += v
	}
	fmt.Println(total, odd)
}
