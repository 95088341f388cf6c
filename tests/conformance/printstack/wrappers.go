package main

import (
	"os"
	"runtime"
	"strings"
	"time"
)

//gort:case deferpanic
//gort:case nildefer
//gort:case nilgo
//gort:case gopanic
//gort:case inliteral
//gort:case unstarted env GOMAXPROCS=1

type St struct{ n int }

func (s *St) add(k int) { s.n += k }

//go:noinline
func helper(k int) int { return k }

//go:noinline
func plain() {}

//go:noinline
func deferpanic(n int) {
	s := &St{}
	defer helper(n)
	defer plain()
	defer s.add(1)
	go helper(n)
	defer panic("one")
	defer func() { println("literal") }()
	defer func(k int) { panic(k) }(n)
}

func main() {
	switch os.Args[1] {
	case "deferpanic":
		deferpanic(3)
	case "nildefer":
		var g func(int)
		defer g(1)
	case "nilgo":
		var g func(int)
		go g(1)
		time.Sleep(time.Minute)
	case "gopanic":
		defer helper(2)
		go panic("in go")
		time.Sleep(time.Minute)
	case "inliteral":
		literal := func() {
			defer helper(1)
			inner := func() {
				defer panic("deep")
			}
			inner()
		}
		literal()
	case "unstarted":
		buf, text := make([]byte, 10000), ""
		// On a slow machine they may have run before the first trace is ready.
		for strings.Count(text, "[runnable]") < 2 {
			for runtime.NumGoroutine() > 1 {
				runtime.Gosched()
			}
			go helper(1)
			go plain()
			text = string(buf[:runtime.Stack(buf, true)])
		}
		println(text)
	}
}
