// Notify does not wait: what finds no room is dropped.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	c := make(chan os.Signal, 1)
	all := make(chan os.Signal, 8)
	signal.Notify(c, syscall.SIGUSR1)
	signal.Notify(all, syscall.SIGUSR1)
	for i := 0; i < 3; i++ {
		syscall.Kill(os.Getpid(), syscall.SIGUSR1)
		<-all
	}
	fmt.Println(len(c), len(all))
}
