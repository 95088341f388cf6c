// A select without default waits; whichever partner comes first decides.
package main

import (
	"fmt"
	"time"
)

func main() {
	a, b := make(chan int), make(chan int)
	go func() {
		time.Sleep(10 * time.Millisecond)
		a <- 1
	}()
	select {
	case v := <-a:
		fmt.Println("a", v)
	case v := <-b:
		fmt.Println("b", v)
	}
	got := make(chan int)
	go func() {
		time.Sleep(10 * time.Millisecond)
		got <- <-b
	}()
	select {
	case v := <-a:
		fmt.Println("a", v)
	case b <- 7:
		fmt.Println("sent")
	}
	fmt.Println("partner got", <-got)
}
