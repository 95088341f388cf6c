// Nil, other types and values that cannot be compared, with the text of each method.
package main

import (
	"fmt"
	"sync/atomic"
)

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	var v, w atomic.Value
	try(func() { v.Store(nil) })
	try(func() { v.Swap(nil) })
	try(func() { v.CompareAndSwap(1, nil) })
	v.Store(1)
	try(func() { v.Store("s") })
	try(func() { v.Swap("s") })
	try(func() { v.CompareAndSwap(1, "s") })
	try(func() { v.CompareAndSwap("s", 1) })
	try(func() { v.CompareAndSwap("s", "t") })
	w.Store([]int{1})
	try(func() { w.CompareAndSwap([]int{1}, []int{2}) })
	fmt.Println(v.Load(), w.Load())
}
