// The usual ways to give up: After in a select, and a timer that is stopped in time.
package main

import (
	"fmt"
	"time"
)

func main() {
	work := make(chan string)
	select {
	case w := <-work:
		fmt.Println(w)
	case <-time.After(2 * time.Millisecond):
		fmt.Println("gave up")
	}
	go func() { work <- "done" }()
	t := time.NewTimer(time.Minute)
	select {
	case w := <-work:
		fmt.Println(w, t.Stop())
	case <-t.C:
		fmt.Println("gave up")
	}
}
