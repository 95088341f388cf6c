// In a deferred call of a panic the panicking frames are shown, also after recover; afterwards they are gone.
package main

import "runtime/debug"

func main() {
	func() {
		defer func() {
			debug.PrintStack()
			recover()
			debug.PrintStack()
		}()
		var p *int
		*p = 1
	}()
	debug.PrintStack()
}
