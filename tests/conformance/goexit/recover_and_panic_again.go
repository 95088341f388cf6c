// During Goexit a deferred call panics, recovers, and panics again.
package main

import "runtime"

func main() {
	defer func() {
		defer func() {
			recover()
			panic("x2")
		}()
		panic("x1")
	}()
	runtime.Goexit()
}
