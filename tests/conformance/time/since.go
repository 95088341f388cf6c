// Time does not run backwards, and a sleep lasts at least as long as it was asked to.
package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Now()
	time.Sleep(15 * time.Millisecond)
	d := time.Since(start)
	fmt.Println(d >= 15*time.Millisecond, d < 10*time.Second)
	fmt.Println(time.Now().Sub(start) >= d, start.Before(time.Now()))
}
