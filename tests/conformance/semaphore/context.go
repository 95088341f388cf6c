// Acquire gives up with the context's error, and takes nothing then.
package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"
)

func main() {
	s := semaphore.NewWeighted(2)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Millisecond)
	defer cancel()
	fmt.Println(s.Acquire(context.Background(), 1), s.Acquire(ctx, 2))
	fmt.Println(s.TryAcquire(1))
	done, stop := context.WithCancel(context.Background())
	stop()
	fmt.Println(s.Acquire(done, 1))
	s.Release(2)
	fmt.Println(s.Acquire(done, 1), s.TryAcquire(2))
}
