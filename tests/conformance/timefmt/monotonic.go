// A time from Now has a monotonic reading, which In, Round and their like drop.
package main

import (
	"fmt"
	"strings"
	"time"
)

func main() {
	has := func(t time.Time) bool { return strings.Contains(t.String(), " m=+") }
	t := time.Now()
	fmt.Println(has(t), has(t.Add(time.Second)), has(t.Round(0)), has(t.UTC()), has(t.Local()), has(t.AddDate(0, 0, 1)), has(t.Truncate(1)))
	fmt.Println(time.Since(t) >= 0, time.Until(t) <= 0, t.Equal(t.Round(0)), t == t.Round(0))
}
