// Acquire takes shares, Release gives them back.
package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"
)

func main() {
	ctx := context.Background()
	s := semaphore.NewWeighted(3)
	fmt.Println(s.Acquire(ctx, 2), s.TryAcquire(2), s.TryAcquire(1), s.TryAcquire(0), s.TryAcquire(1))
	s.Release(1)
	fmt.Println(s.TryAcquire(1), s.TryAcquire(1))
	s.Release(3)
	fmt.Println(s.TryAcquire(3), s.Acquire(ctx, 0))
}
