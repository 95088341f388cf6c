// A nil channel: length and capacity 0, never ready in a select, and closing it panics.
package main

import "fmt"

func main() {
	var ch chan int
	fmt.Println(len(ch), cap(ch), ch == nil)
	select {
	case v := <-ch:
		fmt.Println("received", v)
	case ch <- 1:
		fmt.Println("sent")
	default:
		fmt.Println("neither")
	}
	defer func() { fmt.Println(recover()) }()
	close(ch)
}
