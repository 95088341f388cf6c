// Do runs the first function it is given, and no other one.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var once sync.Once
	for _, word := range []string{"first", "second", "third"} {
		once.Do(func() { fmt.Println(word) })
	}
}
