// Sleepers wake in the order of their times, whatever the order in which they started.
package main

import (
	"fmt"
	"time"
)

func main() {
	out := make(chan int)
	for _, ms := range []int{120, 30, 90, 60} {
		go func() {
			time.Sleep(time.Duration(ms) * time.Millisecond)
			out <- ms
		}()
	}
	for i := 0; i < 4; i++ {
		fmt.Println(<-out)
	}
}
