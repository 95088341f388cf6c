// The deferred calls of the recovering function that are still pending run as ordinary ones, with recover nil.
package main

import "fmt"

func f() (r string) {
	defer func() { r += " c" }()
	defer func() { r += fmt.Sprint(" b:", recover()) }()
	defer func() { r += fmt.Sprint("a:", recover()) }()
	panic("p")
}

func main() { fmt.Println(f()) }
