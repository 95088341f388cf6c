// The roots are never done.
package main

import (
	"context"
	"fmt"
)

func main() {
	for _, ctx := range []context.Context{context.Background(), context.TODO()} {
		_, ok := ctx.Deadline()
		fmt.Println(ctx.Done() == nil, ctx.Err(), ctx.Value("k"), ok, context.Cause(ctx))
	}
	fmt.Println(context.Background() == context.Background(), context.Background() == context.TODO())
}
