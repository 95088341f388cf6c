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

func main() { outer(2) }
