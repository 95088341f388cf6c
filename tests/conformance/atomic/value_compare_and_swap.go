// CompareAndSwap with nil fills an empty Value.
package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var v atomic.Value
	fmt.Println(v.CompareAndSwap(nil, 1), v.CompareAndSwap(nil, 2), v.Load())
	fmt.Println(v.CompareAndSwap(2, 3), v.CompareAndSwap(1, 3), v.Load())
}
