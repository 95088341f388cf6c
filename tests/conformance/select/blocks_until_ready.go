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
	done := make(chan bool)
	go func() {
		fmt.Println("partner got", <-b)
		done <- true
	}()
	select {
	case v := <-a:
		fmt.Println("a", v)
	case b <- 7:
		fmt.Println("sent")
	}
	<-done
}
