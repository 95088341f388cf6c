// SetLimit and SetBurst change a limiter in use.
package main

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	t := time.Unix(1000, 0)
	lim := rate.NewLimiter(1, 2)
	lim.AllowN(t, 2)
	lim.SetLimitAt(t.Add(time.Second), 10)
	fmt.Println(lim.Limit(), lim.Burst(), lim.TokensAt(t.Add(time.Second)), lim.TokensAt(t.Add(1100*time.Millisecond)))
	lim.SetBurstAt(t.Add(1100*time.Millisecond), 5)
	fmt.Println(lim.Burst(), lim.TokensAt(t.Add(1300*time.Millisecond)), lim.TokensAt(t.Add(time.Hour)))
	lim.SetBurstAt(t.Add(time.Hour), 1)
	fmt.Println(lim.AllowN(t.Add(time.Hour), 2), lim.AllowN(t.Add(time.Hour), 1))
}
