// A Value is empty at first and then holds what was stored last.
package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var v atomic.Value
	fmt.Println(v.Load())
	v.Store("one")
	fmt.Println(v.Load())
	v.Store("two")
	fmt.Println(v.Load(), v.Swap("three"), v.Load())
}
