// default runs exactly when no case is ready.
package main

import "fmt"

func main() {
	ch := make(chan int, 1)
	for i := 0; i < 3; i++ {
		select {
		case v := <-ch:
			fmt.Println("received", v)
		default:
			fmt.Println("nothing")
			if i == 0 {
				ch <- 42
			}
		}
	}
}
