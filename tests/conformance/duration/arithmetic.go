// Arithmetic is that of int64: it wraps, and division rounds towards zero.
package main

import (
	"fmt"
	"time"
)

func main() {
	max := time.Duration(1<<63 - 1)
	fmt.Println(max+1, max*2, -max-1, -(-max - 1))
	fmt.Println(7*time.Second/2, -7*time.Second/(2*time.Second), 7*time.Second%(2*time.Second))
	var zero time.Duration
	defer func() { fmt.Println(recover()) }()
	fmt.Println(max / zero)
}
