// Waiters are served in order: a large one is not overtaken by small ones.

//gort:env GOMAXPROCS=1

package main

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/semaphore"
)

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
		runtime.Gosched()
	}
	fmt.Println(s.TryAcquire(0))
	s.Release(1)
	<-done
	s.Release(1)
	runtime.Gosched()
	fmt.Println("the large one waits, and all behind it:", s.TryAcquire(1))
	s.Release(2)
	<-done
	s.Release(1)
	<-done
}
