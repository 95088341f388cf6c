// AllowN takes all or nothing; never more than the burst.
package main

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	t := time.Unix(1000, 0)
	lim := rate.NewLimiter(10, 5)
	fmt.Println(lim.AllowN(t, 6), lim.AllowN(t, 4), lim.AllowN(t, 2), lim.AllowN(t, 1), lim.AllowN(t, 0))
	fmt.Println(lim.AllowN(t.Add(200*time.Millisecond), 2), lim.AllowN(t, 0))
}
