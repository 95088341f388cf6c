// Do(nil) panics as a call of nil does, once.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var once sync.Once
	for i := 0; i < 2; i++ {
		func() {
			defer func() { fmt.Println(recover()) }()
			once.Do(nil)
		}()
	}
}
