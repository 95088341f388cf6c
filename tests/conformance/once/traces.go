// Traces show the functions between the caller and the function that is called once.
package main

import (
	"runtime/debug"
	"sync"
)

// Called directly they would be inlined, with literals named after the caller.
var (
	onceFunc   = sync.OnceFunc
	onceValue  = sync.OnceValue[int]
	onceValues = sync.OnceValues[int, error]
)

func main() {
	f := onceFunc(func() {
		debug.PrintStack()
	})
	f()
	g := onceValue(func() int {
		debug.PrintStack()
		return 1
	})
	g()
	h := onceValues(func() (int, error) {
		debug.PrintStack()
		panic("gone")
	})
	h()
}
