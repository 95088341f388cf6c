// An uncaught misuse: its text. (Go's linker loses the name of the first function of a program, which is Store here.)

//gort:case uncaught -
//gort:head uncaught

package main

import "sync/atomic"

func main() {
	var v atomic.Value
	v.Store(1)
	v.Store("one")
}
