// DoChan sends the result on a channel that is not closed.
package main

import (
	"fmt"

	"golang.org/x/sync/singleflight"
)

func main() {
	var g singleflight.Group
	gate := make(chan bool)
	f := func() (any, error) {
		<-gate
		return 7, nil
	}
	a, b := g.DoChan("k", f), g.DoChan("k", f)
	close(gate)
	ra, rb := <-a, <-b
	fmt.Println(ra.Val, ra.Err, ra.Shared, rb.Val, rb.Err, rb.Shared)
	fmt.Println(len(a), cap(a))
}
