// Wait without holding L is the fatal error of the mutex.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	fmt.Println("waiting")
	c.Wait()
}
