// A deferred Done lets the waiter go on although the worker panicked and recovered.
package main

import (
	"fmt"
	"sync"
)

func worker(i int, wg *sync.WaitGroup, out chan<- string) {
	defer wg.Done()
	defer func() {
		if v := recover(); v != nil {
			out <- fmt.Sprint("worker ", i, ": ", v)
		}
	}()
	if i%2 == 1 {
		panic("odd")
	}
}

func main() {
	var wg sync.WaitGroup
	out := make(chan string, 4)
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go worker(i, &wg, out)
	}
	wg.Wait()
	fmt.Println(len(out))
}
