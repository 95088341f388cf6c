// Wait returns the first error, when all have ended.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.Go(func() error {
		<-ctx.Done()
		time.Sleep(2 * time.Millisecond)
		fmt.Println("slow one ends")
		return errors.New("second")
	})
	g.Go(func() error { return errors.New("first") })
	g.Go(func() error { return nil })
	fmt.Println(g.Wait())
	fmt.Println(g.Wait())
}
