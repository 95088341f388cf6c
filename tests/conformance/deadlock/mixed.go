// Goroutines blocked in different ways, created by different functions.

//gort:env GOMAXPROCS=1

package main

import "sync"

func blockReceive(ch chan int) { <-ch }

func blockSend(ch chan int) { ch <- 1 }

func blockLock(mu *sync.Mutex) {
	mu.Lock()
	println("not reached")
}

func start(a, b chan int, mu *sync.Mutex) {
	go blockReceive(a)
	go blockSend(b)
	go blockLock(mu)
}

func main() {
	a, b := make(chan int), make(chan int)
	var mu sync.Mutex
	mu.Lock()
	start(a, b, &mu)
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Wait()
}
