// Goexit in a deferred call drops the panic; the deferred calls that are left see no panic.
package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	go func() {
		defer func() { fmt.Println("last:", recover()) }()
		defer func() { runtime.Goexit() }()
		panic("dropped")
	}()
	time.Sleep(20 * time.Millisecond)
	fmt.Println("main goes on")
}
