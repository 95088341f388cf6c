// Timers fire by their time, whatever the order in which they were made.
package main

import (
	"fmt"
	"time"
)

func main() {
	out := make(chan string, 8)
	for _, ms := range []int{20, 1, 35, 10} {
		time.AfterFunc(time.Duration(ms)*time.Millisecond, func() { out <- fmt.Sprint(ms) })
	}
	for i := 0; i < 4; i++ {
		fmt.Println(<-out)
	}
}
