// runtime.Stack of all goroutines: the caller first, then the others in the order of creation.

package main

import (
	"os"
	"runtime"
	"strings"
	"time"
)

func receive(ch chan int) { <-ch }

func main() {
	a, b := make(chan int), make(chan int)
	go receive(a)
	go func() { b <- 1 }()
	go func() { select {} }()
	go func() { time.Sleep(time.Hour) }()
	buf, n := make([]byte, 1<<16), 0
	for _, state := range []string{"[chan receive]", "[chan send]", "[select (no cases)]", "[sleep]"} {
		for !strings.Contains(string(buf[:n]), state) {
			runtime.Gosched()
			n = runtime.Stack(buf, true)
		}
	}
	os.Stderr.Write(buf[:n])
}
