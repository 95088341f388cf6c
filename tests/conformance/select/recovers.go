package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

//gort:case direct
//gort:case string
//gort:case optional
//gort:case send
//gort:case otherwise
//gort:case nested
//gort:case helper
//gort:case inhelper
//gort:case stack
//gort:case caller
//gort:case panics
//gort:case literal

type big struct{ a, b, c, d int }

//go:noinline
func helper() any { return recover() }

//go:noinline
func selectIn(c chan int) (e any) {
	select {
	case <-c:
		e = recover()
	case <-make(chan int):
	}
	return
}

//go:noinline
func deferred(how string) {
	ints := make(chan int, 1)
	ints <- 5
	other := make(chan int)
	switch how {
	case "direct":
		select {
		case v, ok := <-ints:
			println("int", v, ok, recover() != nil)
		case <-other:
		}
	case "string":
		words := make(chan string, 1)
		words <- "word"
		select {
		case v := <-words:
			println(v, recover() != nil)
		case <-other:
		}
	case "optional":
		bigs := make(chan big, 1)
		bigs <- big{1, 2, 3, 4}
		select {
		case v, ok := <-bigs:
			println(v.a, v.b, v.c, v.d, ok, recover() != nil)
		case <-other:
		}
	case "send":
		out := make(chan int, 1)
		select {
		case out <- 7:
			println("sent", recover() != nil)
		case <-other:
		}
	case "otherwise":
		select {
		case <-other:
		default:
			println("default", recover() != nil)
		}
	case "nested":
		select {
		case <-ints:
			select {
			case <-other:
			default:
				println("nested", recover() != nil)
			}
		case <-other:
		}
	case "helper":
		select {
		case <-ints:
			println("helper", helper() != nil, recover() != nil)
		case <-other:
		}
	case "inhelper":
		println("in helper", selectIn(ints) != nil, recover() != nil)
	case "literal":
		select {
		case <-ints:
			literal := func() any { return recover() }
			println("literal", literal() != nil, recover() != nil)
		case <-other:
		}
	}
}

//go:noinline
func recovers(how string) {
	defer deferred(how)
	panic("value")
}

//go:noinline
func stack(n int) {
	c := make(chan int, 1)
	c <- n
	select {
	case v := <-c:
		println(v)
		debug.PrintStack()
		literal := func() {
			debug.PrintStack()
		}
		literal()
	case <-make(chan int):
	}
}

//go:noinline
func caller(n int) {
	c := make(chan int, 1)
	c <- n
	select {
	case <-c:
		_, _, line1, _ := runtime.Caller(0)
		_, _, line2, _ := runtime.Caller(0)
		println(line2 - line1)
		pc, _, _, _ := runtime.Caller(0)
		println(runtime.FuncForPC(pc).Name())
		pcs := make([]uintptr, 10)
		frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
		for {
			f, more := frames.Next()
			println(f.Function)
			if !more || f.Function == "main.main" {
				break
			}
		}
		pc, _, _, _ = runtime.Caller(1)
		println(runtime.FuncForPC(pc).Name())
		println(runtime.Callers(2, pcs) > 0)
		f, _ := runtime.CallersFrames(pcs[:1]).Next()
		println(f.Function)
	case <-make(chan int):
	}
}

//go:noinline
func panics(n int) {
	c := make(chan int, 1)
	c <- n
	select {
	case v := <-c:
		panic(v)
	case <-make(chan int):
	}
}

func main() {
	switch how := os.Args[1]; how {
	case "stack":
		stack(3)
	case "caller":
		caller(3)
	case "panics":
		panics(3)
	default:
		recovers(how)
		println("done")
	}
}
