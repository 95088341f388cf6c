// A duration that overflows the clock never fires, and does not disturb others.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(1<<63 - 1)
	u := time.NewTimer(time.Millisecond)
	<-u.C
	fmt.Println(len(t.C), t.Stop())
}
