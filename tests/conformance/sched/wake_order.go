// At one P the order in which blocked goroutines run after being woken, by each kind of wake-up.

//gort:case close env GOMAXPROCS=1
//gort:case fifo env GOMAXPROCS=1
//gort:case broadcast env GOMAXPROCS=1
//gort:case waitgroup env GOMAXPROCS=1
//gort:case mutex env GOMAXPROCS=1

package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

// Nothing is printed before the end: who waits for a slow reader may lose the P.
var order = make(chan string, 5)

func blocked(n int, wg *sync.WaitGroup, f func(i int)) {
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(i)
		}()
	}
	for i := 0; i < 3; i++ {
		runtime.Gosched()
	}
}

func byClose() {
	var wg sync.WaitGroup
	ch := make(chan int)
	blocked(5, &wg, func(i int) {
		<-ch
		order <- fmt.Sprint(i)
	})
	close(ch)
	wg.Wait()
}

func byFifo() {
	var wg sync.WaitGroup
	ch := make(chan int)
	blocked(5, &wg, func(i int) {
		v := <-ch
		order <- fmt.Sprint(i, " <- ", v)
	})
	for i := 0; i < 5; i++ {
		ch <- i
	}
	wg.Wait()
}

func byBroadcast() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	blocked(5, &wg, func(i int) {
		mu.Lock()
		c.Wait()
		mu.Unlock()
		order <- fmt.Sprint(i)
	})
	c.Broadcast()
	wg.Wait()
}

func byWaitGroup() {
	var wg, gate sync.WaitGroup
	gate.Add(1)
	blocked(5, &wg, func(i int) {
		gate.Wait()
		order <- fmt.Sprint(i)
	})
	gate.Done()
	wg.Wait()
}

func byMutex() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	mu.Lock()
	blocked(5, &wg, func(i int) {
		mu.Lock()
		order <- fmt.Sprint(i)
		mu.Unlock()
	})
	mu.Unlock()
	wg.Wait()
}

var cases = map[string]func(){
	"close": byClose, "fifo": byFifo, "broadcast": byBroadcast, "waitgroup": byWaitGroup, "mutex": byMutex,
}

func main() {
	cases[os.Args[1]]()
	close(order)
	for line := range order {
		fmt.Println(line)
	}
}
