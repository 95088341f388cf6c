// CompareAndSwap and CompareAndDelete compare type and value.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	fmt.Println(m.CompareAndSwap("k", nil, 1))
	m.Store("k", 1)
	fmt.Println(m.CompareAndSwap("k", int64(1), 2), m.CompareAndSwap("k", 1, "two"))
	fmt.Println(m.CompareAndDelete("k", 1), m.CompareAndDelete("k", "two"), m.CompareAndDelete("k", "two"))
	fmt.Println(m.Load("k"))
}
