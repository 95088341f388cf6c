// More than the whole semaphore waits for the context alone, and keeps nobody else out.
package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"
)

func main() {
	s := semaphore.NewWeighted(1)
	ctx, cancel := context.WithCancel(context.Background())
	out := make(chan error)
	go func() { out <- s.Acquire(ctx, 2) }()
	time.Sleep(2 * time.Millisecond)
	fmt.Println(s.TryAcquire(1))
	s.Release(1)
	cancel()
	fmt.Println(<-out)
}
