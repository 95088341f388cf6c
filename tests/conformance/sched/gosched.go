// At one P goroutines that yield take turns.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func worker(name string, wg *sync.WaitGroup) {
	defer wg.Done()
	for i := 0; i < 3; i++ {
		fmt.Println(name, i)
		runtime.Gosched()
	}
}

func main() {
	var wg sync.WaitGroup
	wg.Add(3)
	go worker("a", &wg)
	go worker("b", &wg)
	go worker("c", &wg)
	wg.Wait()
}
