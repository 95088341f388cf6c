// Abs, of the smallest duration too.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, d := range []time.Duration{0, 1, -1, time.Minute, -time.Minute, -1 << 63, 1 - 1<<63} {
		fmt.Println(d.Abs())
	}
}
