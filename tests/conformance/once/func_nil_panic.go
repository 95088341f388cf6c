// A nil panic and Goexit in OnceFunc: what later calls see.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func try(f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println("recovered:", recover()) }()
		f()
		fmt.Println("returned")
	}()
	<-done
}

func main() {
	f := sync.OnceFunc(func() { panic(nil) })
	try(f)
	try(f)
	g := sync.OnceFunc(func() { runtime.Goexit() })
	try(g)
	try(g)
}
