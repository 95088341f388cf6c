// An uncaught panic of any goroutine ends the process, with the trace of that goroutine alone.

//gort:case plain
//gort:case nested
//gort:case arguments

package main

import (
	"os"
	"time"
)

func plain() {
	go func() { panic("in goroutine") }()
	time.Sleep(time.Minute)
}

func nested() {
	go func() {
		go func() { panic("in goroutine") }()
		select {}
	}()
	time.Sleep(time.Minute)
}

//go:noinline
func f2(a int, b int) { panic(b) }

func arguments() {
	go f2(1, 2)
	time.Sleep(time.Minute)
}

var cases = map[string]func(){"plain": plain, "nested": nested, "arguments": arguments}

func main() { cases[os.Args[1]]() }
