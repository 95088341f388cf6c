// Wait waits for its token, and gives it back when the context ends first.
package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	lim := rate.NewLimiter(rate.Every(4*time.Millisecond), 1)
	start := time.Now()
	for i := 0; i < 3; i++ {
		fmt.Println(lim.Wait(context.Background()))
	}
	fmt.Println(time.Since(start) >= 7*time.Millisecond)
	lim.SetLimit(rate.Every(time.Hour))
	for lim.Allow() { // a token may have come before
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(time.Millisecond, cancel)
	fmt.Println(lim.Wait(ctx))
}
