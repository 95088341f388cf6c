// A deferred Unlock runs when a panic passes, before who recovers it goes on.
package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func update(fail bool) {
	mu.Lock()
	defer mu.Unlock()
	if fail {
		panic("update failed")
	}
}

func try(fail bool) (v any) {
	defer func() { v = recover() }()
	update(fail)
	return "fine"
}

func main() {
	fmt.Println(try(true), mu.TryLock())
	mu.Unlock()
	fmt.Println(try(false), mu.TryLock())
}
