// A closed channel is always ready to receive from.
package main

import "fmt"

func main() {
	ch := make(chan int)
	close(ch)
	for i := 0; i < 2; i++ {
		select {
		case v, ok := <-ch:
			fmt.Println(v, ok)
		default:
			fmt.Println("default")
		}
	}
}
