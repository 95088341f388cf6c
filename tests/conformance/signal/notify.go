// A signal comes over the channel, one copy for each that asked.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	a, b := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(a, syscall.SIGUSR1, syscall.SIGUSR2)
	signal.Notify(b, syscall.SIGUSR2)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println(<-a)
	syscall.Kill(os.Getpid(), syscall.SIGUSR2)
	fmt.Println(<-a, <-b, len(a), len(b))
}
