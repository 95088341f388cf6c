// Three panics, each in a deferred call of the same function.
package main

func main() {
	defer func() { panic("third") }()
	defer func() { panic("second") }()
	panic("first")
}
