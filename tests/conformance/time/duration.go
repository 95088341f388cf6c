// Durations print as Go prints them.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, d := range []time.Duration{
		0, 1, 999, time.Microsecond, 1500 * time.Nanosecond, time.Millisecond, 1234567, time.Second,
		1500 * time.Millisecond, time.Minute, 90 * time.Second, time.Hour, 25*time.Hour + 3*time.Minute + 4*time.Second + 5,
		-time.Second, -1, 1<<63 - 1, -1 << 63,
	} {
		fmt.Println(d.String())
	}
	d := 3*time.Hour + 25*time.Minute
	fmt.Println(d.Minutes(), d.Milliseconds())
	fmt.Println(d.Truncate(time.Hour).String(), d.Round(time.Hour).String())
}
