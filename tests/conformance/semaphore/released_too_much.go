// Release of more than is held panics.
package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"
)

func main() {
	defer func() { fmt.Println(recover()) }()
	s := semaphore.NewWeighted(2)
	s.Acquire(context.Background(), 1)
	s.Release(1)
	fmt.Println("fine")
	s.Release(1)
}
