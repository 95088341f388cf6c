// Channels and values are evaluated once each, in source order, whichever case is chosen.
package main

import "fmt"

func channel(name string, ch chan int) chan int {
	fmt.Println("channel", name)
	return ch
}

func value(v int) int {
	fmt.Println("value", v)
	return v
}

func main() {
	a, b := make(chan int, 1), make(chan int)
	select {
	case <-channel("b", b):
		fmt.Println("b received")
	case channel("a", a) <- value(1):
		fmt.Println("a sent")
	case channel("nil", nil) <- value(2):
		fmt.Println("nil sent")
	}
	fmt.Println(<-a)
}
