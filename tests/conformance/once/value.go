// OnceValue computes once and returns it to all.
package main

import (
	"fmt"
	"sync"
)

func main() {
	answer := sync.OnceValue(func() int {
		fmt.Println("computing")
		return 42
	})
	out := make(chan int)
	for i := 0; i < 3; i++ {
		go func() { out <- answer() }()
	}
	fmt.Println(<-out + <-out + <-out)
}
