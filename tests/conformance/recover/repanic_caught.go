// A recovered value that is thrown again is caught by the next function out.
package main

import "fmt"

func inner() {
	defer func() {
		r := recover()
		fmt.Println("inner:", r)
		panic(fmt.Sprint("again ", r))
	}()
	panic("first")
}

func main() {
	func() {
		defer func() { fmt.Println("outer:", recover()) }()
		inner()
	}()
	fmt.Println("done")
}
