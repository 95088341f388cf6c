// In a deferred call of a normal return there is no panic frame.
package main

import "runtime/debug"

//go:noinline
func show(n int) { debug.PrintStack() }

func f() {
	defer show(1)
	defer func() { show(2) }()
}

func main() { f() }
