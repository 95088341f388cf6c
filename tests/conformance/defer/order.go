// Deferred calls run last in, first out, after the body.
package main

import "fmt"

func main() {
	defer fmt.Println("first registered")
	defer fmt.Println("second registered")
	defer fmt.Println("third registered")
	fmt.Println("body")
}
