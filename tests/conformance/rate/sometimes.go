// Sometimes: the first ones, every so many, and the zero value.
package main

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	for _, s := range []*rate.Sometimes{{}, {First: 2}, {Every: 3}, {First: 2, Every: 4}, {Interval: time.Hour}, {First: 3, Interval: time.Hour}} {
		var ran []int
		for i := 0; i < 10; i++ {
			s.Do(func() { ran = append(ran, i) })
		}
		fmt.Println(ran)
	}
}
