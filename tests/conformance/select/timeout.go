// time.After as a case: the timeout.
package main

import (
	"fmt"
	"time"
)

func main() {
	ch := make(chan int)
	select {
	case v := <-ch:
		fmt.Println("received", v)
	case <-time.After(10 * time.Millisecond):
		fmt.Println("timeout")
	}
}
