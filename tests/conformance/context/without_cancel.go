// WithoutCancel keeps the values and nothing else.
package main

import (
	"context"
	"fmt"
	"time"
)

func main() {
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), "k", "v"), time.Hour)
	free := context.WithoutCancel(ctx)
	cancel()
	_, ok := free.Deadline()
	fmt.Println(ctx.Err(), free.Err(), free.Done() == nil, ok, free.Value("k"), context.Cause(free))
	child, stop := context.WithCancel(free)
	fmt.Println(child.Err())
	stop()
	fmt.Println(child.Err())
}
