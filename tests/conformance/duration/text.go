// How durations print.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, d := range []time.Duration{0, 1, 999, 1100, 2200000, 3300000000, 245000000000, 4 * time.Minute, time.Hour,
		367001000000, 8 * time.Hour, 36 * time.Hour, 480721000000001, -1, -1100, -time.Hour, 1<<63 - 1, -1 << 63} {
		fmt.Println(d)
	}
	fmt.Printf("%v %s %d %q %T %10v|%-8v|\n", time.Second, time.Second, time.Second, time.Second, time.Second, time.Second, time.Second)
}
