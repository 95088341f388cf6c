// A deferred function has deferred calls of its own, which run when it returns.
package main

import "fmt"

func main() {
	defer fmt.Println("last")
	defer func() {
		defer fmt.Println("a deferred")
		defer func() {
			defer fmt.Println("b deferred")
			fmt.Println("b body")
		}()
		fmt.Println("a body")
	}()
	fmt.Println("main body")
}
