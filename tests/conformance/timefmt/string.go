// Time's String: fractions as far as they go, and years outside four digits.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, t := range []time.Time{{}, time.Unix(0, 0).UTC(), time.Unix(1257894000, 120000000).UTC(), time.Unix(-1, 999999999).UTC(),
		time.Date(12345, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(-5, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("X", -60))} {
		fmt.Println(t)
		fmt.Println(t.Format(time.RFC3339Nano))
	}
}
