// A fault at an address that is not small is fatal, unless SetPanicOnFault asks for a panic.

//gort:case fatal
//gort:case panics
//gort:head fatal

package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"unsafe"
)

func touch(a uintptr) int { return **(**int)(unsafe.Pointer(&a)) }

func fatal() { println(touch(0xdead0000)) }

func panics() {
	debug.SetPanicOnFault(true)
	defer func() {
		r := recover()
		fmt.Println(r)
		fmt.Printf("%#x\n", r.(interface{ Addr() uintptr }).Addr())
	}()
	println(touch(0xdead0000))
}

var cases = map[string]func(){"fatal": fatal, "panics": panics}

func main() { cases[os.Args[1]]() }
