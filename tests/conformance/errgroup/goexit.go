// A task's Goexit is Wait's.
package main

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"
)

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("deferred", recover()) }()
		g, ctx := errgroup.WithContext(context.Background())
		g.Go(func() error {
			runtime.Goexit()
			return nil
		})
		g.Go(func() error {
			<-ctx.Done()
			return ctx.Err()
		})
		g.Wait()
		fmt.Println("not reached")
	}()
	<-done
}
