// Two goroutines that take two locks in opposite orders, and main waiting for them.

//gort:env GOMAXPROCS=1

package main

import (
	"runtime"
	"sync"
)

var a, b sync.Mutex
var wg sync.WaitGroup

func first() {
	a.Lock()
	runtime.Gosched()
	b.Lock()
	wg.Done()
}

func second() {
	b.Lock()
	runtime.Gosched()
	a.Lock()
	wg.Done()
}

func main() {
	wg.Add(2)
	go first()
	go second()
	wg.Wait()
}
