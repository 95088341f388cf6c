// GOTRACEBACK decides how much of a panic and of a fatal error is shown.

//gort:case panic_none panic env GOTRACEBACK=none
//gort:case panic_single panic env GOTRACEBACK=single
//gort:case panic_all panic env GOTRACEBACK=all
//gort:case panic_0 panic env GOTRACEBACK=0
//gort:case panic_1 panic env GOTRACEBACK=1
//gort:case panic_word panic env GOTRACEBACK=word
//gort:case panic_system panic env GOTRACEBACK=system
//gort:case panic_crash panic env GOTRACEBACK=crash
//gort:case goroutine_single goroutine env GOTRACEBACK=single
//gort:case goroutine_all goroutine env GOTRACEBACK=all
//gort:case fatal_none fatal env GOTRACEBACK=none
//gort:case fatal_single fatal env GOTRACEBACK=single
//gort:case deadlock_none deadlock env GOTRACEBACK=none
//gort:case deadlock_single deadlock env GOTRACEBACK=single
//gort:user panic_system panic_crash

package main

import (
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

func blocked(a int) {
	if a > 0 {
		select {}
	}
}

func panics() { panic("boom") }

func fatal() {
	var mu sync.Mutex
	mu.Unlock()
}

func deadlock() { select {} }

func goroutine() {
	go func() {
		waitFor(1, "[sleep]")
		panic("boom")
	}()
	time.Sleep(time.Minute)
}

var cases = map[string]func(){"panic": panics, "fatal": fatal, "deadlock": deadlock, "goroutine": goroutine}

func main() {
	go func() { select {} }()
	go blocked(1)
	waitFor(2, "[select (no cases)]")
	cases[os.Args[1]]()
}
