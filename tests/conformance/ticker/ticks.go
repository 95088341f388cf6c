// A ticker ticks until it is stopped; the channel is not closed.
package main

import (
	"fmt"
	"time"
)

func main() {
	last := time.Now()
	t := time.NewTicker(2 * time.Millisecond)
	for i := 0; i < 3; i++ {
		at := <-t.C
		fmt.Println(i, at.After(last))
		last = at
	}
	t.Stop()
	time.Sleep(6 * time.Millisecond)
	for len(t.C) > 0 {
		<-t.C
	}
	select {
	case _, ok := <-t.C:
		fmt.Println("received", ok)
	default:
		fmt.Println("nothing to receive")
	}
}
