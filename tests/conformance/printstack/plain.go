// PrintStack in plain code.
package main

import "runtime/debug"

//go:noinline
func f(a int) { debug.PrintStack() }

func main() { f(7) }
