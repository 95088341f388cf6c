// Other callers of Do wait until the function has returned.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	var once sync.Once
	value := 0
	start := func() {
		time.Sleep(3 * time.Millisecond)
		value = 42
	}
	out := make(chan int)
	for i := 0; i < 4; i++ {
		go func() {
			once.Do(start)
			out <- value
		}()
	}
	for i := 0; i < 4; i++ {
		fmt.Println(<-out)
	}
}
