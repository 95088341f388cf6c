// At one P: goroutines that start goroutines.

//gort:env GOMAXPROCS=1

package main

import "sync"

func spawn(depth int, id int, wg *sync.WaitGroup) {
	defer wg.Done()
	println("run", id)
	if depth == 0 {
		return
	}
	for i := 1; i <= 2; i++ {
		wg.Add(1)
		go spawn(depth-1, id*10+i, wg)
	}
}

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	go spawn(3, 1, &wg)
	wg.Wait()
}
