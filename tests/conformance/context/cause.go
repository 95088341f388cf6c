// The first cause counts, for the context and its descendants; Err stays Canceled.
package main

import (
	"context"
	"errors"
	"fmt"
)

func main() {
	parent, cancel := context.WithCancelCause(context.Background())
	child, stop := context.WithCancelCause(parent)
	defer stop(nil)
	value := context.WithValue(child, "k", 1)
	fmt.Println(context.Cause(parent), context.Cause(value))
	cancel(errors.New("first"))
	cancel(errors.New("second"))
	stop(errors.New("child's own"))
	for _, ctx := range []context.Context{parent, child, value} {
		fmt.Println(ctx.Err(), context.Cause(ctx))
	}
	other, cancelOther := context.WithCancelCause(context.Background())
	cancelOther(nil)
	fmt.Println(other.Err(), context.Cause(other))
}
