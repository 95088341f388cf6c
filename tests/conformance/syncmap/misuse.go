// Keys that cannot be hashed and values that cannot be compared panic.
package main

import (
	"fmt"
	"sync"
)

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	var m sync.Map
	try(func() { m.Load([]int{1}) })
	try(func() { m.Store([]int{1}, 1) })
	try(func() { m.Delete(map[string]int{}) })
	m.Store("k", []int{1})
	try(func() { m.CompareAndSwap("k", []int{1}, 2) })
	try(func() { m.CompareAndDelete("k", []int{1}) })
	_, ok := m.Load("k")
	fmt.Println(ok)
}
