// Callers, CallersFrames, Caller and FuncForPC in a deferred function during a panic: the frames of the runtime between.
package main

import (
	"fmt"
	"runtime"
)

func show() {
	pcs := make([]uintptr, 30)
	n := runtime.Callers(0, pcs)
	frames := runtime.CallersFrames(pcs[:n])
	for i := 0; ; i++ {
		frame, more := frames.Next()
		fmt.Println(frame.Function, frame.PC == pcs[i]-1, runtime.FuncForPC(pcs[i]-1).Name() == frame.Function)
		if !more {
			fmt.Println(i+1 == n)
			break
		}
	}
	for skip := 0; skip < 9; skip++ {
		n := runtime.Callers(skip+1, pcs)
		frame, _ := runtime.CallersFrames(pcs[:n]).Next()
		pc, _, _, ok := runtime.Caller(skip)
		if !ok {
			break
		}
		fmt.Println(skip, frame.Function, runtime.FuncForPC(pc).Name())
	}
	recover()
}

var nowhere *int
var empty []int

//go:noinline
func f(what string) {
	defer show()
	fmt.Println(what)
	switch what {
	case "panic":
		panic(what)
	case "nil":
		*nowhere = 1
	case "index":
		i := 5
		fmt.Println(empty[i])
	case "assertion":
		var v any = what
		fmt.Println(v.(int))
	case "close":
		var c chan int
		close(c)
	}
}

func main() {
	f("panic")
	f("nil")
	f("index")
	f("assertion")
	f("close")
	f("return")
	done := make(chan bool)
	go func() {
		f("panic")
		done <- true
	}()
	<-done
}
