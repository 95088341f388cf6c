// Nobody releases: a deadlock. (The trace differs in the words of the Context, an interface in Go.)

//gort:case deadlock -
//gort:head deadlock

package main

import (
	"context"

	"golang.org/x/sync/semaphore"
)

func main() {
	s := semaphore.NewWeighted(1)
	s.Acquire(context.Background(), 1)
	s.Acquire(context.Background(), 1)
}
