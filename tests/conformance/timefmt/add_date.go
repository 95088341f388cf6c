// AddDate normalises as Date does.
package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.Date(2023, 10, 31, 23, 0, 0, 0, time.UTC)
	for _, d := range [][3]int{{0, 1, 0}, {0, 4, 0}, {1, 4, -2}, {0, 0, 1}, {-3, -8, 0}, {0, 0, -304}, {4, -8, 0}} {
		fmt.Println(t.AddDate(d[0], d[1], d[2]))
	}
	fmt.Println(t.Add(time.Hour), t.Add(-25*time.Hour), t.Add(1<<63-1))
}
