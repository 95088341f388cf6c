// What TryLock and TryRLock say in each state, and that a failed one changes nothing.
package main

import (
	"fmt"
	"sync"
)

func show(state string, mu *sync.RWMutex) {
	w := mu.TryLock()
	if w {
		mu.Unlock()
	}
	r := mu.TryRLock()
	if r {
		mu.RUnlock()
	}
	fmt.Println(state, w, r)
}

func main() {
	var mu sync.RWMutex
	show("free", &mu)
	mu.RLock()
	show("read", &mu)
	mu.RLock()
	show("read twice", &mu)
	mu.RUnlock()
	mu.RUnlock()
	mu.Lock()
	show("write", &mu)
	mu.Unlock()
	show("free again", &mu)
}
