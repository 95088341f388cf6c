// An error that wraps a recovered one, thrown from the deferred call of an outer function.
package main

import "fmt"

func inner() { panic("bad") }

func wrapper() {
	defer func() {
		if r := recover(); r != nil {
			panic(fmt.Sprintf("wrap: %v", r))
		}
	}()
	inner()
}

func main() {
	func() {
		defer func() { fmt.Println(recover()) }()
		wrapper()
	}()
	panic("again")
}
