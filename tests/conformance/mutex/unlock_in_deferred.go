// Unlock of an unlocked mutex in a deferred call, with a panic under way.
package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func work() {
	defer func() { mu.Unlock() }()
	panic("before Lock")
}

func main() {
	defer func() { fmt.Println("not reached", recover()) }()
	work()
}
