// Different keys do not wait for each other, also when a call makes another one.
package main

import (
	"fmt"

	"golang.org/x/sync/singleflight"
)

func main() {
	var g singleflight.Group
	v, _, _ := g.Do("outer", func() (any, error) {
		v, err, _ := g.Do("inner", func() (any, error) { return 1, nil })
		return v.(int) + 1, err
	})
	fmt.Println(v)
}
