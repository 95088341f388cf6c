// Values go to blocked receivers, and are taken from blocked senders, in the order in which they came.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
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
	got := make([]int, 4)
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			got[i] = <-ch
			wg.Done()
		}()
		waitFor(i+1, "[chan receive]")
	}
	for v := 10; v < 14; v++ {
		ch <- v
	}
	wg.Wait()
	fmt.Println(got)
	for i := 0; i < 4; i++ {
		go func() { ch <- i }()
		waitFor(i+1, "[chan send]")
	}
	for i := 0; i < 4; i++ {
		fmt.Println(<-ch)
	}
}
