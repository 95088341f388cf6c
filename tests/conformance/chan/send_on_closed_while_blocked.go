// Closing a channel makes every blocked sender panic in its own goroutine.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

func main() {
	ch := make(chan int)
	done := make(chan string, 3)
	for i := 0; i < 3; i++ {
		go func() {
			defer func() { done <- fmt.Sprint(recover()) }()
			ch <- i
		}()
	}
	waitFor(3, "[chan send]")
	close(ch)
	for i := 0; i < 3; i++ {
		fmt.Println(<-done)
	}
}
