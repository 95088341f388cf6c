// The deferred calls that are left run before the panics are printed.
package main

func main() {
	defer func() { println("outer defer") }()
	defer func() {
		defer func() { panic("innermost") }()
	}()
	panic("outer")
}
