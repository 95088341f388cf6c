// The first error cancels the context, with the error as the cause.
package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.Go(func() error {
		<-ctx.Done()
		return ctx.Err()
	})
	g.Go(func() error { return errors.New("broken") })
	fmt.Println(g.Wait(), ctx.Err(), context.Cause(ctx))
}
