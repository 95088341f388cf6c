// Keys are equal in type and value.
package main

import (
	"fmt"
	"sync"
)

type point struct{ x, y int }

func main() {
	var m sync.Map
	m.Store(1, "int")
	m.Store(int64(1), "int64")
	m.Store("1", "string")
	m.Store(1.0, "float")
	m.Store(true, "bool")
	m.Store(nil, "nil")
	for _, k := range []any{1, int64(1), "1", 1.0, true, nil, uint8(1), false} {
		fmt.Println(m.Load(k))
	}
}
