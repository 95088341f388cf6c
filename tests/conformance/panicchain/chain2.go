// A panic in a deferred call: both are printed, the older first.
package main

func main() {
	defer func() { panic("second") }()
	panic("first")
}
