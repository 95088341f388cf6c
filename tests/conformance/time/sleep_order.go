// Sleepers wake in the order of their times, whatever the order in which they started.
package main

import (
	"fmt"
	"slices"
	"time"
)

func sleepers(unit time.Duration) []int {
	out := make(chan int)
	for _, n := range []int{4, 1, 3, 2} {
		go func() {
			time.Sleep(time.Duration(n) * unit)
			out <- n
		}()
	}
	return []int{<-out, <-out, <-out, <-out}
}

func main() {
	unit := 10 * time.Millisecond
	woken := sleepers(unit)
	// A machine that stands still for a unit makes them all late: then they sleep for longer.
	for !slices.IsSorted(woken) && unit < 300*time.Millisecond {
		unit *= 2
		woken = sleepers(unit)
	}
	fmt.Println(woken)
}
