// Of several cases the one that is ready runs.
package main

import "fmt"

func main() {
	a, b, c := make(chan int, 1), make(chan string, 1), make(chan int)
	for i := 0; i < 4; i++ {
		if i%2 == 0 {
			a <- i
		} else {
			b <- fmt.Sprint("s", i)
		}
		select {
		case v := <-a:
			fmt.Println("a", v)
		case s := <-b:
			fmt.Println("b", s)
		case c <- 1:
			fmt.Println("c")
		}
	}
}
