// The second writer waits for the first in the mutex inside; readers have a reason of their own.

//gort:env GOMAXPROCS=1

package main

import (
	"runtime"
	"sync"
)

var mu sync.RWMutex

func reader() {
	mu.RLock()
}

func writer() {
	mu.Lock()
}

func main() {
	mu.Lock()
	go writer()
	runtime.Gosched()
	go reader()
	runtime.Gosched()
	mu.Lock()
}
