// As many tasks at a time as the limit allows, and never more.
package main

import (
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

func main() {
	var g errgroup.Group
	g.SetLimit(2)
	var running, most atomic.Int32
	meet := make(chan bool)
	for i := 0; i < 6; i++ {
		g.Go(func() error {
			n := running.Add(1)
			for {
				m := most.Load()
				if n <= m || most.CompareAndSwap(m, n) {
					break
				}
			}
			select { // waits for another task
			case meet <- true:
			case <-meet:
			}
			running.Add(-1)
			return nil
		})
	}
	fmt.Println(g.Wait(), most.Load())
}
