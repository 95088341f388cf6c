// Two functions whose deferred calls panic: the panics in the order in which they were thrown, every frame in the trace.
package main

func pt1() {
	defer func() { panic("panic pt1") }()
	pt2()
}

func pt2() {
	defer func() { panic("panic pt2") }()
	panic("hello")
}

func main() { pt1() }
