// A newer panic that is recovered at or outside the frame of the older one's deferred call drops the older one.
package main

import "fmt"

func inner() {
	defer func() { panic("second") }()
	panic("first")
}

func main() {
	func() {
		defer func() {
			fmt.Println("recovered:", recover())
			fmt.Println("and then:", recover())
		}()
		inner()
	}()
	fmt.Println("no panic is left:", recover())
}
