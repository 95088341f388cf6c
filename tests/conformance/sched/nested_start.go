// At one P: goroutines that start goroutines.

//gort:env GOMAXPROCS=1

package main

import "sync"

func spawn(depth int, id int, wg *sync.WaitGroup, order chan<- int) {
	defer wg.Done()
	order <- id
	if depth == 0 {
		return
	}
	for i := 1; i <= 2; i++ {
		wg.Add(1)
		go spawn(depth-1, id*10+i, wg, order)
	}
}

func main() {
	var wg sync.WaitGroup
	order := make(chan int, 15)
	wg.Add(1)
	go spawn(3, 1, &wg, order)
	wg.Wait()
	close(order)
	for id := range order {
		println("run", id)
	}
}
