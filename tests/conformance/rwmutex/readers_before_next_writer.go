// Unlock lets in the readers that wait, before the writer that queued first.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.RWMutex
	var wg sync.WaitGroup
	wg.Add(3)
	mu.Lock()
	go func() {
		mu.Lock()
		fmt.Println("writer")
		mu.Unlock()
		wg.Done()
	}()
	runtime.Gosched()
	for i := 0; i < 2; i++ {
		go func() {
			mu.RLock()
			fmt.Println("reader", i)
			mu.RUnlock()
			wg.Done()
		}()
		runtime.Gosched()
	}
	mu.Unlock()
	fmt.Println("a reader has it:", !mu.TryLock())
	wg.Wait()
}
