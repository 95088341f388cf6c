// A worker that serves until a quit channel is closed.
package main

import "fmt"

func main() {
	jobs, quit, done := make(chan int), make(chan bool), make(chan int)
	go func() {
		sum := 0
		for {
			select {
			case v := <-jobs:
				sum += v
			case <-quit:
				done <- sum
				return
			}
		}
	}()
	for i := 1; i <= 10; i++ {
		jobs <- i
	}
	close(quit)
	fmt.Println(<-done)
}
