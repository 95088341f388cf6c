// A reader that asks again while a writer waits: all are asleep.

//gort:env GOMAXPROCS=1

package main

import (
	"runtime"
	"sync"
)

var mu sync.RWMutex

func writer() {
	mu.Lock()
	mu.Unlock()
}

func reader() {
	mu.RLock()
	runtime.Gosched()
	mu.RLock()
}

func main() {
	mu.RLock()
	go writer()
	runtime.Gosched()
	mu.RUnlock()
	runtime.Gosched()
	go writer()
	reader()
}
