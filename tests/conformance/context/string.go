// The String forms of every kind of context.
package main

import (
	"context"
	"fmt"
	"time"
)

type key int

func main() {
	bg := context.Background()
	a, cancel := context.WithCancel(bg)
	defer cancel()
	b, cancelB := context.WithCancelCause(context.TODO())
	defer cancelB(nil)
	for _, ctx := range []context.Context{bg, context.TODO(), a, b, context.WithValue(a, "k", "v"), context.WithValue(bg, key(1), 2), context.WithValue(bg, "n", nil),
		context.WithoutCancel(context.WithValue(a, "k", time.Second))} {
		fmt.Println(ctx)
	}
}
