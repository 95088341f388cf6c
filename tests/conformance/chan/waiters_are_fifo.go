// Values go to blocked receivers, and are taken from blocked senders, in the order in which they came.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
)

func main() {
	ch := make(chan int)
	out := make(chan string, 4)
	for i := 0; i < 4; i++ {
		go func() { out <- fmt.Sprint(i, "<-", <-ch) }()
		runtime.Gosched()
	}
	for v := 10; v < 14; v++ {
		ch <- v
	}
	for i := 0; i < 4; i++ {
		fmt.Println(<-out)
	}
	for i := 0; i < 4; i++ {
		go func() { ch <- i }()
		runtime.Gosched()
	}
	for i := 0; i < 4; i++ {
		fmt.Println(<-ch)
	}
}
