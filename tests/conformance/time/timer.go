// Stop tells whether it stopped the timer, Reset whether it was active.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(time.Hour)
	fmt.Println(t.Stop(), t.Stop())
	fmt.Println(t.Reset(time.Millisecond))
	<-t.C
	fmt.Println("fired", t.Stop())
	fmt.Println(t.Reset(time.Hour), t.Reset(time.Hour))
	t = time.NewTimer(time.Millisecond)
	for len(t.C) == 0 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(t.Stop(), len(t.C), cap(t.C))
}
