// Ticks that nobody has taken are dropped: one waits, not many.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTicker(time.Millisecond)
	for len(t.C) == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(12 * time.Millisecond)
	t.Stop()
	fmt.Println(len(t.C), cap(t.C))
}
