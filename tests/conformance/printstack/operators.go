// What is an operator of the language in Go has no frame, also where it panics.

//gort:case div
//gort:case mod
//gort:case divassign
//gort:case modassign
//gort:case stacks

package main

import (
	"os"
	"runtime/debug"
	"time"
)

//go:noinline
func div(a, b time.Duration) time.Duration {
	return a / b
}

//go:noinline
func mod(a, b time.Duration) time.Duration {
	return a % b
}

//go:noinline
func divassign(d *time.Duration, by time.Duration) {
	*d /= by
}

//go:noinline
func modassign(d *time.Duration, by time.Duration) {
	*d %= by
}

func stack(f func()) {
	defer func() {
		debug.PrintStack()
		recover()
	}()
	f()
}

func main() {
	d := time.Duration(7)
	switch os.Args[1] {
	case "div":
		println(div(d, 0))
	case "mod":
		println(mod(d, 0))
	case "divassign":
		divassign(&d, 0)
	case "modassign":
		modassign(&d, 0)
	case "stacks":
		stack(func() { div(d, 0) })
		stack(func() { mod(d, 0) })
		stack(func() { divassign(&d, 0) })
		stack(func() { modassign(&d, 0) })
	}
}
