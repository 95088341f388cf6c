// Of many that call LoadOrStore with one key, one stores.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var m sync.Map
	var stored atomic.Int32
	var wg sync.WaitGroup
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if _, loaded := m.LoadOrStore("k", "v"); !loaded {
				stored.Add(1)
			}
		}()
	}
	wg.Wait()
	fmt.Println(stored.Load())
	fmt.Println(m.Load("k"))
}
