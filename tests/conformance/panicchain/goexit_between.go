// A Goexit between two panics prints nothing, but the second panic keeps its indentation.
package main

import "runtime"

func main() {
	defer func() { panic("third") }()
	defer func() { runtime.Goexit() }()
	panic("first")
}
