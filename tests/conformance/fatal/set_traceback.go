// debug.SetTraceback sets what a panic shows, but never less than the environment asks for.

//gort:case none env GOTRACEBACK=single
//gort:case single env GOTRACEBACK=none
//gort:case all env GOTRACEBACK=single
//gort:case 0 env GOTRACEBACK=single
//gort:case 1 env GOTRACEBACK=none
//gort:case word env GOTRACEBACK=none
//gort:case none_under_all none env GOTRACEBACK=all
//gort:case none_under_none none env GOTRACEBACK=none
//gort:case all_under_none all env GOTRACEBACK=none
//gort:case crash_under_none crash env GOTRACEBACK=none
//gort:head crash_under_none

package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

func main() {
	go func() { select {} }()
	waitFor(1, "[select (no cases)]")
	debug.SetTraceback(os.Args[1])
	panic("boom")
}
