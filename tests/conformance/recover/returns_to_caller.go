// After a recovery the function returns to its caller, which goes on; the rest of the panicking code is left out.
package main

import "fmt"

func inner() {
	fmt.Println("inner")
	panic("from inner")
}

func safe() {
	defer func() { fmt.Println("recovered:", recover()) }()
	inner()
	fmt.Println("not reached")
}

func main() {
	fmt.Println("before")
	safe()
	fmt.Println("after")
}
