// A panic of the function comes out of Do as an error with the value and the stack; Goexit ends the caller.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/singleflight"
)

func try(f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() {
			v := recover()
			err, ok := v.(error)
			if ok {
				text := err.Error()
				fmt.Printf("%T %q %v\n", err, text[:strings.Index(text, "\n")], errors.Unwrap(err))
			} else {
				fmt.Println(v)
			}
		}()
		f()
	}()
	<-done
}

func main() {
	var g singleflight.Group
	try(func() { g.Do("k", func() (any, error) { panic("invalid") }) })
	try(func() { g.Do("k", func() (any, error) { panic(errors.New("an error")) }) })
	try(func() {
		g.Do("k", func() (any, error) {
			runtime.Goexit()
			return nil, nil
		})
		fmt.Println("not reached")
	})
	fmt.Println(g.Do("k", func() (any, error) { return "works again", nil }))
}
