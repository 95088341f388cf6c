// Runtime errors are ordinary panics; their values are runtime.Error and errors, with these texts.
package main

import (
	"fmt"
	"runtime"
)

func try(name string, f func()) {
	defer func() {
		r := recover()
		_, ok := r.(runtime.Error)
		fmt.Println(name, ok, r)
	}()
	f()
}

func main() {
	a := []int{1, 2, 3}
	zero := 0
	try("index", func() {
		i := 5
		_ = a[i]
	})
	try("negative index", func() {
		i := -5
		_ = a[i]
	})
	try("slice", func() {
		i := 5
		_ = a[:i]
	})
	try("slice order", func() {
		i, j := 2, 1
		_ = a[i:j]
	})
	try("string slice", func() {
		s, i := "abc", 9
		_ = s[:i]
	})
	try("divide", func() { fmt.Println(7 / zero) })
	try("nil pointer", func() {
		var p *int
		*p = 1
	})
	try("close nil", func() {
		var c chan int
		close(c)
	})
	try("close twice", func() {
		c := make(chan int)
		close(c)
		close(c)
	})
	try("send on closed", func() {
		c := make(chan int)
		close(c)
		c <- 1
	})
	try("makechan", func() {
		n := -1
		_ = make(chan int, n)
	})
	try("assertion", func() {
		var v any = 1
		_ = v.(string)
	})
	try("assertion on nil", func() {
		var v any
		_ = v.(string)
	})
	try("comparison", func() {
		var x, y any = []int{1}, []int{1}
		fmt.Println(x == y)
	})
	try("hash", func() {
		m := map[any]int{}
		m[[]int{1}] = 1
	})
}
