// Two goroutines that take two locks in opposite orders, and main waiting for them.

package main

import "sync"

var a, b sync.Mutex
var wg, locked sync.WaitGroup

func first() {
	a.Lock()
	locked.Done()
	locked.Wait()
	b.Lock()
	wg.Done()
}

func second() {
	b.Lock()
	locked.Done()
	locked.Wait()
	a.Lock()
	wg.Done()
}

func main() {
	wg.Add(2)
	locked.Add(2)
	go first()
	go second()
	wg.Wait()
}
