// In a deferred call of Goexit the frame runtime.Goexit is shown.
package main

import (
	"runtime"
	"runtime/debug"
)

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { debug.PrintStack() }()
		runtime.Goexit()
	}()
	<-done
}
