// Cases that were not chosen leave the other channels as they were.
package main

import "fmt"

func main() {
	a, b := make(chan int), make(chan int, 1)
	for i := 0; i < 1000; i++ {
		b <- i
		select {
		case <-a:
			fmt.Println("a")
		case v := <-b:
			if v != i {
				fmt.Println("wrong", v)
			}
		}
	}
	go func() { a <- 1 }()
	fmt.Println(<-a, len(b))
}
