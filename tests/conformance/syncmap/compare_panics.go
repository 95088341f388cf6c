// A comparison that panics leaves the map in order: deferred calls may use it.
package main

import (
	"fmt"
	"sync"
)

func compare(m *sync.Map, f func()) {
	defer func() {
		v, ok := m.Load("k")
		fmt.Println(v, ok)
		m.Store("k", []int{2})
		fmt.Println(recover())
	}()
	f()
}

func main() {
	var m sync.Map
	m.Store("k", []int{1})
	compare(&m, func() { m.CompareAndSwap("k", []int{1}, 2) })
	compare(&m, func() { m.CompareAndDelete("k", []int{1}) })
	fmt.Println(m.CompareAndSwap("k", 1, 2))
	fmt.Println(m.Load("k"))
}
