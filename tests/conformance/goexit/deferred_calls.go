// Goexit runs the deferred calls of every function of the goroutine, with recover nil, and ends only this goroutine.
package main

import (
	"fmt"
	"runtime"
)

func inner() {
	defer fmt.Println("inner deferred")
	runtime.Goexit()
	fmt.Println("not reached")
}

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("recover:", recover()) }()
		inner()
		fmt.Println("not reached")
	}()
	<-done
	fmt.Println("main goes on")
}
