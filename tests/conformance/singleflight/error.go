// An error goes to all that asked; the next call runs the function again.
package main

import (
	"fmt"

	"golang.org/x/sync/singleflight"
)

func main() {
	var g singleflight.Group
	n := 0
	f := func() (any, error) {
		n++
		return nil, fmt.Errorf("attempt %d failed", n)
	}
	for i := 0; i < 2; i++ {
		v, err, shared := g.Do("k", f)
		fmt.Println(v, err, shared)
	}
}
