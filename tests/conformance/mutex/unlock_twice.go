// The second Unlock is fatal, though a deferred call would recover a panic.
package main

import (
	"fmt"
	"sync"
)

func main() {
	defer func() { recover() }()
	var mu sync.Mutex
	mu.Lock()
	mu.Unlock()
	fmt.Println("once")
	mu.Unlock()
	fmt.Println("not reached")
}
