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
	long, stop := context.WithTimeout(context.Background(), time.Hour)
	defer stop()
	_, ok := long.Deadline()
	fmt.Println(ok, long.Err())
	ctx, cancel := context.WithTimeout(long, 2*time.Millisecond)
	defer cancel()
	_, ok = ctx.Deadline()
	<-ctx.Done()
	err := ctx.Err()
	fmt.Println(ok, err, err == context.DeadlineExceeded, errors.Is(err, context.Canceled), context.Cause(ctx))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	var t interface{ Timeout() bool }
	fmt.Println(errors.As(err, &t) && t.Timeout())
	cancel()
	fmt.Println(ctx.Err())
}
