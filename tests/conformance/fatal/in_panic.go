// A fatal error in a deferred call of a panic: the fatal error alone is printed.
package main

import "sync"

func main() {
	var mu sync.Mutex
	defer mu.Unlock()
	panic("not printed")
}
