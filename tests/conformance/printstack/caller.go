// runtime.Caller and FuncForPC name the function that calls, and its callers.
package main

import (
	"fmt"
	"runtime"
)

func name(skip int) string {
	pc, _, _, ok := runtime.Caller(skip)
	if !ok {
		return "none"
	}
	return runtime.FuncForPC(pc).Name()
}

//go:noinline
func f() {
	fmt.Println(name(0), name(1), name(2))
	func() { fmt.Println(name(1), name(2)) }()
}

func main() {
	f()
	_, _, _, ok := runtime.Caller(100)
	fmt.Println(ok)
}
