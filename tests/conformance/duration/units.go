// Counts in other units, whole and with a fraction.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, d := range []time.Duration{0, 1, 1500, -1500, 90 * time.Second, 100 * time.Minute, -30 * time.Hour, 1<<63 - 1} {
		fmt.Println(d.Nanoseconds(), d.Microseconds(), d.Milliseconds(), d.Seconds(), d.Minutes(), d.Hours())
	}
}
