// Before, After, Equal, Compare are about instants; == is about the representation too.
package main

import (
	"fmt"
	"time"
)

func main() {
	a := time.Date(2020, 5, 1, 12, 0, 0, 0, time.UTC)
	b := a.In(time.FixedZone("X", 7200))
	c := a.Add(1)
	for _, p := range [][2]time.Time{{a, a}, {a, b}, {a, c}, {c, b}} {
		fmt.Println(p[0].Before(p[1]), p[0].After(p[1]), p[0].Equal(p[1]), p[0].Compare(p[1]), p[0] == p[1])
	}
	fmt.Println(a.IsZero(), time.Time{}.IsZero(), time.Unix(0, 0).IsZero())
}
