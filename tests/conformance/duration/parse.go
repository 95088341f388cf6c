// ParseDuration of what it can read.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, s := range []string{"0", "5s", "30s", "1478s", "-5s", "+5s", "-0", "+0", "5.0s", "5.6s", "5.s", ".5s", "1.0s", "1.004s", "100.00100s",
		"10ns", "11us", "12µs", "12μs", "13ms", "14s", "15m", "16h", "3h30m", "10.5s4m", "-2m3.4s", "1h2m3s4ms5us6ns", "39h9m14.425s",
		"52763797000ns", "0.3333333333333333333h", "9007199254740993ns", "9223372036854775807ns", "-9223372036854775808ns", "0.100000000000000000000h"} {
		d, err := time.ParseDuration(s)
		fmt.Println(s, d, err)
	}
}
