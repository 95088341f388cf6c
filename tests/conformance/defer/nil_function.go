// Deferring a nil function is no error; calling it is, after the body has run.
package main

import "fmt"

func main() {
	defer func() { fmt.Println("recovered:", recover()) }()
	var f func()
	defer f()
	fmt.Println("body")
}
