// After Stop a channel gets nothing, and the signal does what it did before.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	a, b := make(chan os.Signal, 2), make(chan os.Signal, 2)
	signal.Notify(a, syscall.SIGTERM)
	signal.Notify(b, syscall.SIGTERM)
	signal.Stop(a)
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	fmt.Println(<-b, len(a))
	signal.Stop(b)
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	time.Sleep(5 * time.Second)
	fmt.Println("not reached")
}
