// An unbuffered channel hands over one value at a time.
package main

import "fmt"

func main() {
	ch, done := make(chan int), make(chan bool)
	go func() {
		for i := 0; i < 3; i++ {
			fmt.Println("received", <-ch)
		}
		done <- true
	}()
	for i := 0; i < 3; i++ {
		ch <- i * 10
	}
	<-done
	fmt.Println(len(ch), cap(ch))
}
