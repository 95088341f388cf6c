// A panic does not reach another goroutine's recover; one that is recovered in its own leaves the others alone.
package main

import "fmt"

func main() {
	done := make(chan string)
	go func() {
		defer func() {
			done <- fmt.Sprint("child: ", recover())
		}()
		panic("in child")
	}()
	fmt.Println(<-done)
	defer func() { fmt.Println("main:", recover()) }()
}
