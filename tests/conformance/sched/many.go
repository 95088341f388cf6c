// A hundred thousand goroutines.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var wg sync.WaitGroup
	var n atomic.Int64
	for i := 0; i < 100000; i++ {
		wg.Add(1)
		go func() {
			n.Add(int64(i % 3))
			wg.Done()
		}()
	}
	wg.Wait()
	fmt.Println(n.Load())
}
