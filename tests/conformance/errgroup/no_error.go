// A group without tasks, and one whose tasks all succeed.
package main

import (
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

func main() {
	var empty, g errgroup.Group
	fmt.Println(empty.Wait())
	var sum atomic.Int32
	for i := 1; i <= 4; i++ {
		g.Go(func() error {
			sum.Add(int32(i))
			return nil
		})
	}
	fmt.Println(g.Wait(), sum.Load())
}
