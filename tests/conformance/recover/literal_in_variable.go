// A literal within the deferred function does not recover, also where that function stands in a variable.
package main

import "fmt"

func show(where string, v any) {
	fmt.Println(where, v)
}

func arguments() {
	var f func(int)
	f = func(n int) {
		func() {
			show("in a literal", recover())
		}()
		fmt.Println("argument", n)
	}
	defer f(1)
	panic("one")
}

func none() {
	var f func()
	f = func() {
		func() {
			show("in a literal", recover())
		}()
		fmt.Println("no argument")
	}
	defer f()
	panic("two")
}

func itself() {
	var f func()
	f = func() {
		show("in the function", recover())
	}
	defer f()
	panic("three")
}

func guarded(f func()) {
	defer func() {
		show("outside", recover())
	}()
	f()
}

func main() {
	guarded(arguments)
	guarded(none)
	guarded(itself)
}
