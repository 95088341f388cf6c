// A child of a cancelled context is cancelled from the start.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

func main() {
	parent, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("over"))
	child, stop := context.WithTimeout(parent, time.Hour)
	defer stop()
	fmt.Println(child.Err(), context.Cause(child))
	grandchild, stop2 := context.WithCancelCause(child)
	stop2(errors.New("too late"))
	fmt.Println(grandchild.Err(), context.Cause(grandchild))
}
