// At one P goroutines that yield take turns.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func worker(name string, wg *sync.WaitGroup, order chan<- string) {
	defer wg.Done()
	for i := 0; i < 3; i++ {
		order <- fmt.Sprint(name, " ", i)
		runtime.Gosched()
	}
}

func main() {
	var wg sync.WaitGroup
	wg.Add(3)
	order := make(chan string, 9)
	go worker("a", &wg, order)
	go worker("b", &wg, order)
	go worker("c", &wg, order)
	wg.Wait()
	close(order)
	for turn := range order {
		fmt.Println(turn)
	}
}
