// `defer recover()` in the panicking function comes too early; in a deferred function it works.
package main

import "fmt"

func early() {
	defer func() { fmt.Println("outer:", recover()) }()
	defer recover()
	panic("early")
}

func late() {
	defer func() { fmt.Println("outer:", recover()) }()
	defer func() {
		defer recover()
	}()
	panic("late")
}

func main() {
	early()
	late()
}
