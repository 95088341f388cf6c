// At one P, several senders on one channel are served in the order in which they blocked.

//gort:env GOMAXPROCS=1

package main

import "fmt"

func main() {
	ch := make(chan int)
	for i := 0; i < 6; i++ {
		go func() { ch <- i }()
	}
	for i := 0; i < 6; i++ {
		fmt.Println(<-ch)
	}
}
