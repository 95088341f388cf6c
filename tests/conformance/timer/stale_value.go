// A value that was sent before Stop or Reset stays in the channel.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(time.Millisecond)
	for len(t.C) == 0 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println(t.Stop(), len(t.C), cap(t.C))
	fmt.Println(t.Reset(time.Hour), len(t.C))
	<-t.C
	fmt.Println(t.Stop(), len(t.C))
}
