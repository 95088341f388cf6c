// A panic during Goexit that is recovered: the Goexit goes on, the caller is not returned to.
package main

import (
	"fmt"
	"runtime"
)

func f() {
	defer func() { fmt.Println("recovered:", recover()) }()
	defer func() { panic("during goexit") }()
	runtime.Goexit()
}

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer fmt.Println("outer deferred")
		f()
		fmt.Println("not reached")
	}()
	<-done
}
