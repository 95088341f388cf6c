// Go prints the first fifty frames of a stack, and then the others in a second pass, which begins as at the top of a
// stack: a panic, or the wrapper of a deferred call that panics, that comes first in it is not shown.
package main

import (
	"fmt"
	"runtime/debug"
	"strings"
)

//go:noinline
func down(n int, f func()) {
	if n > 0 {
		down(n-1, f)
	} else {
		f()
	}
	fmt.Print("")
}

// report prints what is not down's, with its number, and what is left out.
func report(stack []byte) {
	n := 0
	for _, line := range strings.Split(string(stack), "\n") {
		name, _, isFrame := strings.Cut(line, "(")
		if strings.HasPrefix(line, "\t") || line == "" {
			continue
		}
		if isFrame {
			n++
		}
		if name != "main.down" && n > 2 {
			fmt.Println(n, name)
		}
	}
}

func above(frames int) {
	down(frames, func() { report(debug.Stack()) })
}

//go:noinline
func panics(frames int) {
	defer func() { recover() }()
	defer func() { above(frames) }()
	panic("panics")
}

//go:noinline
func deferred(frames int) {
	defer func() { recover() }()
	defer panic("deferred")
	defer func() { above(frames) }()
	defer panic("first")
}

//go:noinline
func wrapped(frames int) {
	defer func() { recover() }()
	defer func() {
		defer func() { recover() }()
		defer func() { above(frames) }()
		defer panic("second")
	}()
	panic("first")
}

func main() {
	for _, below := range []int{0, 45, 60} {
		for frames := 40; frames < 50; frames++ {
			fmt.Println("panics", below, frames)
			down(below, func() { panics(frames) })
			fmt.Println("deferred", below, frames)
			down(below, func() { deferred(frames) })
			fmt.Println("wrapped", below, frames)
			down(below, func() { wrapped(frames) })
		}
	}
}
