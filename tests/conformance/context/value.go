// The nearest value of a key counts; keys differ in type as well as value.
package main

import (
	"context"
	"fmt"
)

type key string

func main() {
	a := context.WithValue(context.Background(), "k", 1)
	b := context.WithValue(a, key("k"), 2)
	c := context.WithValue(b, "k", "three")
	d, cancel := context.WithCancel(c)
	defer cancel()
	for _, ctx := range []context.Context{a, b, c, d, context.WithoutCancel(d)} {
		fmt.Println(ctx.Value("k"), ctx.Value(key("k")), ctx.Value("x"), ctx.Value(1))
	}
}
