// Every, Inf, zero, and the zero Limiter.
package main

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	fmt.Println(rate.Every(time.Second), rate.Every(100*time.Millisecond), rate.Every(0) == rate.Inf, rate.Every(-1) == rate.Inf, rate.Every(3*time.Hour))
	var zero rate.Limiter
	fmt.Println(zero.Allow(), zero.Limit(), zero.Burst())
	inf := rate.NewLimiter(rate.Inf, 0)
	fmt.Println(inf.AllowN(time.Now(), 1000), inf.Reserve().OK())
	closed := rate.NewLimiter(0, 1)
	fmt.Println(closed.Allow(), closed.Allow(), closed.Reserve().OK())
}
