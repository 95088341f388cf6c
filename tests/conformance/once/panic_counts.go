// A Do that panicked counts as done, and so does one that ended its goroutine.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var once, gone sync.Once
	for i := 0; i < 2; i++ {
		func() {
			defer func() { fmt.Println(i, recover()) }()
			once.Do(func() { panic("failed") })
		}()
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		gone.Do(func() { runtime.Goexit() })
	}()
	<-done
	gone.Do(func() { fmt.Println("not run") })
}
