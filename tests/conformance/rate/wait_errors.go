// What Wait returns at once: more than the burst, a deadline too early, a context that is done.
package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	ctx := context.Background()
	lim := rate.NewLimiter(rate.Every(time.Hour), 2)
	fmt.Println(lim.WaitN(ctx, 3), lim.WaitN(ctx, 2))
	soon, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	fmt.Println(lim.Wait(soon))
	done, stop := context.WithCancel(ctx)
	stop()
	fmt.Println(lim.Wait(done))
	fmt.Println(rate.NewLimiter(0, 0).Wait(ctx), rate.NewLimiter(rate.Inf, 0).Wait(ctx))
}
