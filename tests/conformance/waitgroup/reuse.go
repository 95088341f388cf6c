// A WaitGroup may be used again when every Wait has returned; Wait at zero does not wait.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	wg.Wait()
	for round := 1; round <= 3; round++ {
		var mu sync.Mutex
		n := 0
		for i := 0; i < round; i++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				mu.Lock()
				n++
				mu.Unlock()
			}()
		}
		wg.Wait()
		wg.Wait()
		fmt.Println(round, n)
	}
}
