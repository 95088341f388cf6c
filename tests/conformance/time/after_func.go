// AfterFunc runs its function in a goroutine of its own, unless it is stopped in time.
package main

import (
	"fmt"
	"time"
)

func main() {
	done := make(chan bool)
	time.AfterFunc(5*time.Millisecond, func() {
		fmt.Println("ran")
		close(done)
	})
	t := time.AfterFunc(time.Hour, func() { fmt.Println("never") })
	<-done
	fmt.Println(t.Stop())
	again := make(chan bool)
	t = time.AfterFunc(time.Hour, func() { again <- true })
	fmt.Println(t.Reset(time.Millisecond))
	<-again
	fmt.Println(t.Stop())
}
