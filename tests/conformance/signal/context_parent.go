// NotifyContext of a parent: its values, deadline and end; of one that is done already.
package main

import (
	"context"
	"fmt"
	"os/signal"
	"syscall"
)

func main() {
	parent, cancel := context.WithCancel(context.WithValue(context.Background(), "k", "v"))
	ctx, stop := signal.NotifyContext(parent, syscall.SIGUSR1)
	defer stop()
	fmt.Println(ctx.Value("k"), ctx.Err())
	cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err())
	late, stopLate := signal.NotifyContext(parent, syscall.SIGUSR1)
	defer stopLate()
	fmt.Println(late.Err(), late)
}
