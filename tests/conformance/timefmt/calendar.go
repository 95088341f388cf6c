// Year, month, day, weekday, day of the year and ISO week around the turn of some years.
package main

import (
	"fmt"
	"time"
)

func main() {
	for y := 2004; y <= 2021; y++ {
		for _, d := range []int{-2, 0, 1, 3, 60} {
			t := time.Date(y, 1, d, 12, 30, 15, 7, time.UTC)
			iy, iw := t.ISOWeek()
			fmt.Println(t.Year(), t.Month(), t.Day(), t.Weekday(), t.YearDay(), iy, iw, t.Hour(), t.Minute(), t.Second(), t.Nanosecond())
		}
	}
}
