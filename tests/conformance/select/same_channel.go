// Sending and receiving on one channel in one select never match each other; a partner decides.
package main

import "fmt"

func main() {
	ch := make(chan int)
	select {
	case ch <- 1:
		fmt.Println("sent")
	case <-ch:
		fmt.Println("received")
	default:
		fmt.Println("neither")
	}
	go func() { ch <- 5 }()
	select {
	case v := <-ch:
		fmt.Println("first", v)
	case v := <-ch:
		fmt.Println("first", v)
	}
}
