// The earlier deadline counts; one that has passed cancels at once.
package main

import (
	"context"
	"fmt"
	"time"
)

func main() {
	near := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	far := near.Add(time.Hour)
	a, cancelA := context.WithDeadline(context.Background(), near)
	defer cancelA()
	b, cancelB := context.WithDeadline(a, far)
	defer cancelB()
	c, cancelC := context.WithDeadline(b, near.Add(-time.Hour))
	defer cancelC()
	for _, ctx := range []context.Context{a, b, c} {
		fmt.Println(ctx.Deadline())
	}
	d, cancelD := context.WithDeadline(a, time.Unix(0, 0))
	fmt.Println(d.Err())
	cancelD()
	fmt.Println(d.Err(), context.Cause(d))
}
