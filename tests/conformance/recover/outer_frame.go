// A panic deep down runs the deferred calls of every function on the way to the one that recovers.
package main

import "fmt"

func f(n int) {
	defer fmt.Println("deferred", n)
	if n == 0 {
		panic("bottom")
	}
	f(n - 1)
	fmt.Println("not reached", n)
}

func main() {
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		f(3)
	}()
	fmt.Println("main goes on")
}
