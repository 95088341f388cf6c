// A Goexit, a recovered panic above it, and one more recovered panic: the Goexit still ends the goroutine.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("d1:", recover()) }()
		defer func() { panic("second") }()
		defer func() { fmt.Println("d2:", recover()) }()
		defer func() { panic("first") }()
		runtime.Goexit()
	}()
	<-done
	fmt.Println("end")
}
