// At one P the newest goroutine runs next, the others in the order of their `go` statements.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	order := make(chan int, 5)
	for i := 0; i < 5; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			order <- i
		}()
	}
	wg.Wait()
	close(order)
	for i := range order {
		fmt.Println(i)
	}
}
