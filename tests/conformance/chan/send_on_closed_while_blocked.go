// Closing a channel makes every blocked sender panic in its own goroutine.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
)

func main() {
	ch := make(chan int)
	done := make(chan string, 3)
	for i := 0; i < 3; i++ {
		go func() {
			defer func() { done <- fmt.Sprint(recover()) }()
			ch <- i
		}()
	}
	for i := 0; i < 3; i++ {
		runtime.Gosched()
	}
	close(ch)
	for i := 0; i < 3; i++ {
		fmt.Println(<-done)
	}
}
