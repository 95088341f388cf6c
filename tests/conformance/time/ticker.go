// A ticker ticks until it is stopped; its channel holds one tick and is not closed.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTicker(5 * time.Millisecond)
	for i := 0; i < 3; i++ {
		<-t.C
		fmt.Println("tick", i)
	}
	t.Reset(60 * time.Millisecond)
	<-t.C
	t.Stop()
	for len(t.C) > 0 {
		<-t.C
	}
	select {
	case <-t.C:
		fmt.Println("late tick")
	case <-time.After(100 * time.Millisecond):
		fmt.Println("no more")
	}
	fmt.Println(cap(t.C))
}
