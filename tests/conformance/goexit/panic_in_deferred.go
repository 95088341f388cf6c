// A panic in a deferred call during Goexit that nobody recovers: only the panic is printed.
package main

import "runtime"

func main() {
	defer func() { panic("during goexit") }()
	runtime.Goexit()
}
