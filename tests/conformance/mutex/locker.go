// A Locker is a Mutex seen through two methods.
package main

import (
	"fmt"
	"sync"
)

func with(l sync.Locker, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

func main() {
	var mu sync.Mutex
	with(&mu, func() { fmt.Println("held:", !mu.TryLock()) })
	fmt.Println("free:", mu.TryLock())
}
