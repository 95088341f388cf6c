// Cancelling a reservation gives back what nobody has built upon.
package main

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	t := time.Unix(1000, 0)
	lim := rate.NewLimiter(10, 2)
	lim.ReserveN(t, 2)
	a := lim.ReserveN(t, 1)
	b := lim.ReserveN(t, 1)
	fmt.Println(lim.TokensAt(t))
	b.CancelAt(t)
	fmt.Println(lim.TokensAt(t))
	a.CancelAt(t)
	a.CancelAt(t)
	fmt.Println(lim.TokensAt(t))
}
