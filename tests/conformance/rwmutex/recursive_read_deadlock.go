// A reader that asks again while a writer waits: all are asleep.
package main

import (
	"runtime"
	"strings"
	"sync"
)

var mu sync.RWMutex
var ended = make(chan bool)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

func writer() {
	mu.Lock()
	mu.Unlock()
	ended <- true
}

func reader() {
	mu.RLock()
	go writer()
	waitFor(1, "[sync.RWMutex.Lock]")
	mu.RLock()
}

func main() {
	mu.RLock()
	go writer()
	waitFor(1, "[sync.RWMutex.Lock]")
	mu.RUnlock()
	<-ended
	reader()
}
