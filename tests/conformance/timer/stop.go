// Stop prevents the event, and says true the first time only.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.NewTimer(2 * time.Millisecond)
	fmt.Println(t.Stop(), t.Stop())
	select {
	case <-t.C:
		fmt.Println("fired")
	case <-time.After(8 * time.Millisecond):
		fmt.Println("silent")
	}
}
