// A context type of one's own in the middle: values, cancellation and cause pass through it.
package main

import (
	"context"
	"errors"
	"fmt"
)

type traced struct{ context.Context }

func (t traced) Value(key any) any {
	if key == "who" {
		return "traced"
	}
	return t.Context.Value(key)
}

func main() {
	parent, cancel := context.WithCancelCause(context.WithValue(context.Background(), "k", "v"))
	child, stop := context.WithCancel(traced{parent})
	defer stop()
	fmt.Println(child.Value("who"), child.Value("k"), child.Err())
	cancel(errors.New("above"))
	<-child.Done()
	fmt.Println(child.Err(), context.Cause(child))
}
