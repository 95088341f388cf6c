// At one P two goroutines hand a value back and forth without either running ahead.

//gort:env GOMAXPROCS=1

package main

import "fmt"

func main() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			fmt.Println("ping", v)
			pong <- v + 1
		}
		close(pong)
	}()
	v := 0
	for i := 0; i < 3; i++ {
		ping <- v
		v = <-pong
		fmt.Println("pong", v)
	}
	close(ping)
	_, ok := <-pong
	fmt.Println(ok)
}
