// Goexit in a deferred call drops the panic; the deferred calls that are left see no panic.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("last:", recover()) }()
		defer func() { runtime.Goexit() }()
		panic("dropped")
	}()
	<-done
	fmt.Println("main goes on")
}
