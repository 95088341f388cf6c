// Offsets of all sorts, with and without a name.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, z := range []int{0, 3600, -3600, 19800, -12600, 3661, -45, 86399} {
		t := time.Date(2024, 2, 29, 12, 0, 0, 0, time.FixedZone("", z))
		fmt.Println(t.Format(time.RFC3339), t.Format("-0700 MST -07:00:00 Z07"), t)
	}
}
