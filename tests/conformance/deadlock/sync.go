// All goroutines asleep in package sync: the wait reasons, and the frames of the package.

//gort:case mutex
//gort:case readLock
//gort:case writeLock
//gort:case secondWriter
//gort:case waitGroup
//gort:case cond
//gort:case once

package main

import (
	"os"
	"sync"
)

func mutex() {
	var mu sync.Mutex
	mu.Lock()
	mu.Lock()
}

func readLock() {
	var mu sync.RWMutex
	mu.Lock()
	mu.RLock()
}

func writeLock() {
	var mu sync.RWMutex
	mu.RLock()
	mu.Lock()
}

func secondWriter() {
	var mu sync.RWMutex
	mu.Lock()
	mu.Lock()
}

func waitGroup() {
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Wait()
}

func cond() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	mu.Lock()
	c.Wait()
}

func once() {
	var o sync.Once
	o.Do(func() {
		o.Do(func() {})
	})
}

var cases = map[string]func(){
	"mutex": mutex, "readLock": readLock, "writeLock": writeLock, "secondWriter": secondWriter,
	"waitGroup": waitGroup, "cond": cond, "once": once,
}

func main() { cases[os.Args[1]]() }
