// The Cause forms: the cause is of the deadline, not of an earlier cancel.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

func main() {
	slow := errors.New("too slow")
	a, cancelA := context.WithTimeoutCause(context.Background(), time.Millisecond, slow)
	defer cancelA()
	<-a.Done()
	fmt.Println(a.Err(), context.Cause(a))
	b, cancelB := context.WithTimeoutCause(context.Background(), time.Hour, slow)
	cancelB()
	fmt.Println(b.Err(), context.Cause(b))
	c, cancelC := context.WithDeadlineCause(context.Background(), time.Unix(0, 0), slow)
	defer cancelC()
	fmt.Println(c.Err(), context.Cause(c))
	d, cancelD := context.WithDeadlineCause(context.Background(), time.Unix(0, 0), nil)
	defer cancelD()
	fmt.Println(d.Err(), context.Cause(d))
}
