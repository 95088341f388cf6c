// NotifyContext is done when the signal comes; stop undoes the Notify.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	seen := make(chan os.Signal, 1)
	signal.Notify(seen, syscall.SIGTERM)
	fmt.Println(ctx)
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	<-ctx.Done()
	<-seen
	fmt.Println(ctx.Err(), context.Cause(ctx))
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	<-seen
	signal.Stop(seen)
	stop()
	fmt.Println("the second one did nothing")
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	time.Sleep(5 * time.Second)
	fmt.Println("not reached")
}
