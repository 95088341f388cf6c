// Waiters are served in order: a large one is not overtaken by small ones.
package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/semaphore"
)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

func main() {
	ctx := context.Background()
	s := semaphore.NewWeighted(4)
	s.Acquire(ctx, 4)
	done := make(chan bool)
	for i, n := range []int64{1, 3, 1} {
		go func() {
			s.Acquire(ctx, n)
			fmt.Println("got", i, n)
			done <- true
		}()
		waitFor(i+1, "[select]")
	}
	fmt.Println(s.TryAcquire(0))
	s.Release(1)
	<-done
	s.Release(1)
	fmt.Println("the large one waits, and all behind it:", s.TryAcquire(1))
	s.Release(2)
	<-done
	s.Release(1)
	<-done
}
