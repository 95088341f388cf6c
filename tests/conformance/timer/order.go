// Timers fire by their time, whatever the order in which they were made.
package main

import (
	"fmt"
	"slices"
	"time"
)

func timers(unit time.Duration) []int {
	out := make(chan int, 8)
	for _, n := range []int{3, 1, 4, 2} {
		time.AfterFunc(time.Duration(n)*unit, func() { out <- n })
	}
	return []int{<-out, <-out, <-out, <-out}
}

func main() {
	unit := 5 * time.Millisecond
	fired := timers(unit)
	// A machine that stands still for a unit makes them all late: then they wait for longer.
	for !slices.IsSorted(fired) && unit < 300*time.Millisecond {
		unit *= 2
		fired = timers(unit)
	}
	fmt.Println(fired)
}
