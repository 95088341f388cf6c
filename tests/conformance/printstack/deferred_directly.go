// PrintStack as the deferred function itself.
package main

import "runtime/debug"

func main() {
	defer debug.PrintStack()
	panic("z")
}
