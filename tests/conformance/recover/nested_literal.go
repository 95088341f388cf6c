// A func literal called by the deferred function may not recover.
package main

import "fmt"

func main() {
	defer func() {
		func() { fmt.Println("literal:", recover()) }()
	}()
	panic("goes on")
}
