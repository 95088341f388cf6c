// `defer panic(v)` starts the panic when the function ends.
package main

import "fmt"

func main() {
	defer func() { fmt.Println("recovered:", recover()) }()
	defer panic("deferred panic")
	fmt.Println("body")
}
