// A child that was cancelled before its parent keeps its own cause.
package main

import (
	"context"
	"errors"
	"fmt"
)

func main() {
	parent, cancel := context.WithCancelCause(context.Background())
	child, stop := context.WithCancelCause(parent)
	stop(errors.New("child"))
	fmt.Println(parent.Err(), context.Cause(child))
	cancel(errors.New("parent"))
	fmt.Println(context.Cause(parent), context.Cause(child))
}
