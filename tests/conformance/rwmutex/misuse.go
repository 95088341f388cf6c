// Unlocking in the wrong way is fatal, each with its text.

//gort:case unlockOfReader
//gort:case runlockOfWriter
//gort:case runlockTwice
//gort:case rlockerUnlock
//gort:case unlockTwice

package main

import (
	"os"
	"sync"
)

func unlockOfReader() {
	var mu sync.RWMutex
	mu.RLock()
	mu.Unlock()
}

func runlockOfWriter() {
	var mu sync.RWMutex
	mu.Lock()
	mu.RUnlock()
	mu.RUnlock()
	mu.Unlock()
	mu.RUnlock()
}

func runlockTwice() {
	var mu sync.RWMutex
	mu.RLock()
	mu.RUnlock()
	mu.RUnlock()
}

func rlockerUnlock() {
	var mu sync.RWMutex
	mu.RLocker().Unlock()
}

func unlockTwice() {
	var mu sync.RWMutex
	mu.Lock()
	mu.Unlock()
	mu.Unlock()
}

func main() {
	switch os.Args[1] {
	case "unlockOfReader":
		unlockOfReader()
	case "runlockOfWriter":
		runlockOfWriter()
	case "runlockTwice":
		runlockTwice()
	case "rlockerUnlock":
		rlockerUnlock()
	case "unlockTwice":
		unlockTwice()
	}
}
