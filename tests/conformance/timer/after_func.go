// AfterFunc has no channel; Stop and Reset decide whether its function runs again.
package main

import (
	"fmt"
	"time"
)

func main() {
	runs := make(chan int, 4)
	n := 0
	t := time.AfterFunc(time.Millisecond, func() {
		n++
		runs <- n
	})
	fmt.Println(t.C == nil, <-runs, t.Stop())
	fmt.Println(t.Reset(time.Millisecond), <-runs)
	fmt.Println(t.Reset(time.Hour), t.Stop(), t.Stop(), len(runs))
}
