// RLocker's Lock and Unlock are RLock and RUnlock.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.RWMutex
	l := mu.RLocker()
	l.Lock()
	l.Lock()
	fmt.Println(mu.TryRLock(), mu.TryLock())
	mu.RUnlock()
	l.Unlock()
	l.Unlock()
	fmt.Println(mu.TryLock())
}
