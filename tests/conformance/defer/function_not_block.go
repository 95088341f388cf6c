// A defer belongs to the function, not to the block that it stands in.
package main

import "fmt"

func f(b bool) {
	fmt.Println("enter")
	if b {
		defer fmt.Println("deferred in block")
		fmt.Println("in block")
	}
	fmt.Println("after block")
}

func main() {
	f(true)
	f(false)
}
