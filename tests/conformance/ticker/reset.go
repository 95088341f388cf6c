// Reset changes the interval, also of a stopped ticker.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTicker(time.Hour)
	t.Reset(time.Millisecond)
	<-t.C
	<-t.C
	t.Stop()
	t.Reset(2 * time.Millisecond)
	<-t.C
	fmt.Println("three ticks")
}
