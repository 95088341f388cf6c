// Reset undoes Notify for every channel; the signal kills again.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	a, b := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(a, syscall.SIGHUP)
	signal.Notify(b, syscall.SIGHUP, syscall.SIGUSR1)
	signal.Reset(syscall.SIGHUP)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println(<-b)
	syscall.Kill(os.Getpid(), syscall.SIGHUP)
	time.Sleep(5 * time.Second)
	fmt.Println("not reached")
}
