// Wait cancels the context also when nothing failed.
package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.Go(func() error { return nil })
	fmt.Println(ctx.Err())
	fmt.Println(g.Wait(), ctx.Err(), context.Cause(ctx))
}
