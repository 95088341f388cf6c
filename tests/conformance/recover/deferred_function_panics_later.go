// Recovery, then a new panic in a later deferred call of the same function: only the new one is left.
package main

func main() {
	defer func() { panic("third panic") }()
	defer func() { println("recovered:", recover().(string)) }()
	defer func() { panic("second panic") }()
	panic("first panic")
}
