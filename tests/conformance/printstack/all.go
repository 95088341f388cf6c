// runtime.Stack of all goroutines: the caller first, then the others in the order of creation.

//gort:env GOMAXPROCS=1

package main

import (
	"os"
	"runtime"
	"time"
)

func receive(ch chan int) { <-ch }

func main() {
	a, b := make(chan int), make(chan int)
	go receive(a)
	go func() { b <- 1 }()
	go func() { select {} }()
	go func() { time.Sleep(time.Hour) }()
	time.Sleep(10 * time.Millisecond)
	buf := make([]byte, 1<<16)
	n := runtime.Stack(buf, true)
	os.Stderr.Write(buf[:n])
}
