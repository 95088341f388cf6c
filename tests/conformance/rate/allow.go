// A bucket of three tokens, one new one a second.
package main

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	t0 := time.Unix(1000, 0)
	lim := rate.NewLimiter(1, 3)
	for _, ms := range []int{0, 0, 0, 0, 500, 1000, 1000, 2500, 3000, 10000, 10000, 10000, 10000} {
		at := t0.Add(time.Duration(ms) * time.Millisecond)
		fmt.Println(ms, lim.AllowN(at, 1), lim.TokensAt(at))
	}
}
