// A func literal called in place is a function: its deferred calls run when it returns.
package main

import "fmt"

func main() {
	defer fmt.Println("main deferred")
	func() {
		defer fmt.Println("literal deferred")
		fmt.Println("literal body")
	}()
	fmt.Println("main body")
}
