// In, UTC, Location and Zone.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.Date(2021, 6, 1, 0, 30, 0, 0, time.FixedZone("A", 3600))
	u := t.In(time.FixedZone("B", -7200))
	fmt.Println(t, u, t.UTC())
	fmt.Println(t.Location(), u.Location(), t.UTC().Location(), time.Time{}.Location())
	fmt.Println(t.Zone())
	fmt.Println(u.Zone())
	fmt.Println(t.UTC().Zone())
	fmt.Println(t.Equal(u), u.Day(), t.Day())
}
