// Signals that nobody asked for end the program by themselves.

//gort:case TERM
//gort:case INT
//gort:case HUP
//gort:case USR1
//gort:case KILL

package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

var signals = map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP, "USR1": syscall.SIGUSR1, "KILL": syscall.SIGKILL}

func main() {
	fmt.Println("before")
	syscall.Kill(os.Getpid(), signals[os.Args[1]])
	time.Sleep(5 * time.Second)
	fmt.Println("not reached")
}
