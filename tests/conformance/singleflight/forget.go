// Forget lets the next call run although one is under way.
package main

import (
	"fmt"

	"golang.org/x/sync/singleflight"
)

func main() {
	var g singleflight.Group
	gate := make(chan bool)
	first := g.DoChan("k", func() (any, error) {
		<-gate
		return 1, nil
	})
	g.Forget("k")
	v, _, shared := g.Do("k", func() (any, error) { return 2, nil })
	fmt.Println(v, shared)
	close(gate)
	r := <-first
	fmt.Println(r.Val, r.Shared)
}
