// Months and weekdays by name, and what is none.
package main

import (
	"fmt"
	"time"
)

func main() {
	for m := time.Month(0); m <= 13; m++ {
		fmt.Println(m)
	}
	for d := time.Weekday(-1); d <= 7; d++ {
		fmt.Println(d)
	}
	fmt.Printf("%d %v %T %d %T\n", time.May, time.May, time.May, time.Friday, time.Friday)
}
