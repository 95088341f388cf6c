// A helper that the deferred function calls gets nil, and the panic goes on.
package main

import "fmt"

func helper() bool { return recover() != nil }

func main() {
	defer func() { fmt.Println("helper recovered:", helper()) }()
	panic("goes on")
}
