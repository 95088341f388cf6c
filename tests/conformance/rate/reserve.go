// Reserve promises tokens of the future.
package main

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	t := time.Unix(1000, 0)
	lim := rate.NewLimiter(10, 2)
	for i := 0; i < 4; i++ {
		r := lim.ReserveN(t, 1)
		fmt.Println(r.OK(), r.DelayFrom(t), r.DelayFrom(t.Add(time.Second)))
	}
	r := lim.ReserveN(t, 3)
	fmt.Println(r.OK(), r.DelayFrom(t) == rate.InfDuration, lim.TokensAt(t))
}
