// TryGo starts a task if there is a place.
package main

import (
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	var g errgroup.Group
	g.SetLimit(1)
	gate := make(chan bool)
	wait := func() error {
		<-gate
		return nil
	}
	fmt.Println(g.TryGo(wait), g.TryGo(wait))
	close(gate)
	g.Wait()
	fmt.Println(g.TryGo(wait), g.Wait())
	g.SetLimit(0)
	fmt.Println(g.TryGo(wait))
	g.SetLimit(-1)
	fmt.Println(g.TryGo(wait), g.TryGo(wait), g.Wait())
}
