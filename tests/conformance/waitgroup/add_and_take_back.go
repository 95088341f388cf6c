// Add takes any number, also negative ones down to zero.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	wg.Add(5)
	wg.Add(-3)
	wg.Done()
	wg.Add(0)
	go func() {
		fmt.Println("last one")
		wg.Add(-1)
	}()
	wg.Wait()
	fmt.Println("zero")
}
