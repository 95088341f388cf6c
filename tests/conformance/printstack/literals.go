// Func literals are numbered by their place in the function, nested ones with a dot.
package main

import "runtime/debug"

func f() {
	a := func() { debug.PrintStack() }
	b := func() {
		c := func() { debug.PrintStack() }
		c()
	}
	a()
	b()
}

func main() {
	f()
	func() { debug.PrintStack() }()
}
