// SetLimit with tasks under way panics with an error.
package main

import (
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	var g errgroup.Group
	g.SetLimit(3)
	gate := make(chan bool)
	for i := 0; i < 2; i++ {
		g.Go(func() error {
			<-gate
			return nil
		})
	}
	defer func() {
		v := recover()
		_, isError := v.(error)
		fmt.Println(v, isError)
		close(gate)
		fmt.Println(g.Wait())
	}()
	g.SetLimit(5)
}
