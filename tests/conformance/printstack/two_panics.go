// Two panic frames when a deferred call's panic is what another deferred call looks at.
package main

import "runtime/debug"

func main() {
	defer func() {
		recover()
		debug.PrintStack()
	}()
	defer func() { panic(2) }()
	panic(1)
}
