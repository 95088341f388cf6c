// Stop prevents the event, and says true the first time only.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(2 * time.Millisecond)
	stopped := t.Stop()
	for !stopped { // the machine was slower than the timer
		<-t.C
		t.Reset(2 * time.Millisecond)
		stopped = t.Stop()
	}
	fmt.Println(stopped, t.Stop())
	select {
	case <-t.C:
		fmt.Println("fired")
	case <-time.After(8 * time.Millisecond):
		fmt.Println("silent")
	}
}
