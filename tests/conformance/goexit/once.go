// Goexit inside Once.Do counts as done.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var once sync.Once
	done := make(chan bool)
	go func() {
		defer close(done)
		once.Do(func() { runtime.Goexit() })
		fmt.Println("not reached")
	}()
	<-done
	once.Do(func() { fmt.Println("not run again") })
	fmt.Println("end")
}
