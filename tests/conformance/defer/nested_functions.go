// Each function runs its own deferred calls when it returns, before its caller goes on.
package main

import "fmt"

func inner() {
	defer fmt.Println("inner deferred")
	fmt.Println("inner body")
}

func outer() {
	defer fmt.Println("outer deferred")
	fmt.Println("outer body")
	inner()
	fmt.Println("outer again")
}

func main() {
	defer fmt.Println("main deferred")
	outer()
	fmt.Println("main again")
}
