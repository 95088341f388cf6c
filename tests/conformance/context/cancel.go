// Cancelling closes Done and sets Err; a second call does nothing.
package main

import (
	"context"
	"fmt"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	fmt.Println(ctx.Err(), ctx.Done() != nil)
	cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err(), ctx.Err() == context.Canceled)
	cancel()
	fmt.Println(ctx.Err(), context.Cause(ctx))
	_, ok := ctx.Deadline()
	fmt.Println(ok)
}
