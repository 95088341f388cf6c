// Callers and CallersFrames list the frames of user functions, from the caller outwards.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

//go:noinline
func list() {
	pcs := make([]uintptr, 20)
	n := runtime.Callers(1, pcs)
	frames := runtime.CallersFrames(pcs[:n])
	for {
		frame, more := frames.Next()
		if strings.HasPrefix(frame.Function, "main.") {
			fmt.Println(frame.Function)
		}
		if !more {
			break
		}
	}
}

//go:noinline
func outer(n int) {
	if n > 0 {
		outer(n - 1)
		return
	}
	func() { list() }()
}

// brief has room for three functions, whatever is inlined into what.
func brief() {
	for skip := 0; skip < 4; skip++ {
		pcs := make([]uintptr, 3)
		pcs = pcs[:runtime.Callers(skip, pcs)]
		for _, pc := range pcs {
			fmt.Println(skip, runtime.FuncForPC(pc-1).Name())
		}
		pc, _, _, _ := runtime.Caller(skip)
		fmt.Println(skip, runtime.FuncForPC(pc).Name())
	}
}
func middle() { brief() }
func wide()   { middle() }

//go:noinline
func deferring() {
	defer func() {
		wide()
	}()
}

func main() {
	outer(2)
	wide()
	deferring()
}
