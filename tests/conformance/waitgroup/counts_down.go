// Wait goes on when the last Done has been called.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var wg sync.WaitGroup
	wg.Add(3)
	done := make(chan bool)
	go func() {
		wg.Wait()
		close(done)
	}()
	for i := 0; i < 3; i++ {
		select {
		case <-done:
			fmt.Println("too early")
		case <-time.After(2 * time.Millisecond):
			fmt.Println("still waiting", i)
		}
		wg.Done()
	}
	<-done
	fmt.Println("over")
}
