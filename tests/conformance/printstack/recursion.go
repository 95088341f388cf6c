// A recursive function that panics at the bottom; the outermost deferred call prints the stack.
package main

import "runtime/debug"

func f(n int) {
	defer func() {
		if n == 3 {
			debug.PrintStack()
		}
	}()
	if n == 0 {
		panic("bottom")
	}
	f(n - 1)
}

func main() { f(3) }
