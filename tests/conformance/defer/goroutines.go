// Each goroutine has its own deferred calls; those of one that main does not wait for never run.
package main

import "fmt"

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer fmt.Println("goroutine deferred")
		fmt.Println("goroutine body")
	}()
	<-done
	go func() {
		defer fmt.Println("never printed")
		select {}
	}()
	fmt.Println("main returns")
}
