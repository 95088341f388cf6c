// Sub, also where the difference does not fit a Duration.
package main

import (
	"fmt"
	"time"
)

func main() {
	a := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, b := range []time.Time{a, a.Add(1), a.Add(-time.Hour), time.Date(2290, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC), {}, time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)} {
		fmt.Println(a.Sub(b), b.Sub(a))
	}
}
