// A timeout's error: text, methods and the cause.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Millisecond)
	defer cancel()
	_, ok := ctx.Deadline()
	fmt.Println(ok, ctx.Err())
	<-ctx.Done()
	err := ctx.Err()
	fmt.Println(err, err == context.DeadlineExceeded, errors.Is(err, context.Canceled), context.Cause(ctx))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	var t interface{ Timeout() bool }
	fmt.Println(errors.As(err, &t) && t.Timeout())
	cancel()
	fmt.Println(ctx.Err())
}
