// The deferred call of a panic panics, recovers that, and returns: the first panic goes on alone.
package main

func main() {
	defer func() {
		defer func() { recover() }()
		panic("second panic")
	}()
	panic("first panic")
}
