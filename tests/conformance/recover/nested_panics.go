// A panic inside a deferred call that is recovered there leaves the older panic as it was.
package main

import "fmt"

func main() {
	defer func() { fmt.Println("main recovered:", recover()) }()
	defer func() {
		defer func() { fmt.Println("second recovered:", recover()) }()
		defer func() {
			defer func() { fmt.Println("third recovered:", recover()) }()
			panic("third")
		}()
		panic("second")
	}()
	panic("first")
}
