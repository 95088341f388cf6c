// Ignored signals do nothing, also to channels that asked before; Notify undoes it.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	fmt.Println(signal.Ignored(syscall.SIGTERM))
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	signal.Ignore(syscall.SIGTERM)
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	time.Sleep(5 * time.Millisecond)
	fmt.Println(signal.Ignored(syscall.SIGTERM), len(c))
	signal.Notify(c, syscall.SIGTERM)
	fmt.Println(signal.Ignored(syscall.SIGTERM))
	syscall.Kill(os.Getpid(), syscall.SIGTERM)
	fmt.Println(<-c)
}
