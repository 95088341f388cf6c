// What NewTicker, Reset and Tick say to an interval that is not positive.
package main

import (
	"fmt"
	"time"
)

func try(f func()) {
	defer func() {
		v := recover()
		_, isError := v.(error)
		fmt.Println(v, isError)
	}()
	f()
}

func main() {
	t := time.NewTicker(time.Hour)
	for _, d := range []time.Duration{0, -time.Second} {
		try(func() { time.NewTicker(d) })
		try(func() { t.Reset(d) })
		fmt.Println(time.Tick(d) == nil)
	}
}
