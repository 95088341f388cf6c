// Unlocking what is not locked is fatal: not recoverable, and every goroutine is shown.

//gort:case unlock
//gort:case readUnlock
//gort:case writeUnlock
//gort:case notRecoverable

package main

import (
	"fmt"
	"os"
	"sync"
)

func unlock() {
	var mu sync.Mutex
	mu.Unlock()
}

func readUnlock() {
	var mu sync.RWMutex
	mu.RUnlock()
}

func writeUnlock() {
	var mu sync.RWMutex
	mu.Unlock()
}

func notRecoverable() {
	defer func() { fmt.Println("recovered?", recover()) }()
	var mu sync.RWMutex
	mu.Unlock()
}

var cases = map[string]func(){
	"unlock": unlock, "readUnlock": readUnlock, "writeUnlock": writeUnlock, "notRecoverable": notRecoverable,
}

func main() { cases[os.Args[1]]() }
