// Once runs its function once, also when that panics.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var once sync.Once
	for i := 0; i < 3; i++ {
		once.Do(func() { fmt.Println("once", i) })
	}
	var bad sync.Once
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		bad.Do(func() { panic("in once") })
	}()
	bad.Do(func() { fmt.Println("not run") })
	fmt.Println("end")
}
