// A timer sends once; Stop says that it has fired.
package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Now()
	t := time.NewTimer(3 * time.Millisecond)
	at := <-t.C
	fmt.Println(at.Sub(start) >= 3*time.Millisecond, t.Stop())
	select {
	case <-t.C:
		fmt.Println("fired again")
	case <-time.After(5 * time.Millisecond):
		fmt.Println("once")
	}
}
