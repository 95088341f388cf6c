// A fault in a mapping whose file has been made shorter is a bus error.

//gort:case fatal
//gort:case recovered
//gort:case uncaught
//gort:head fatal
//gort:head uncaught

package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"unsafe"
)

//go:noinline
func touch(p *byte) byte { return *p }

func shortened() *byte {
	f, err := os.CreateTemp("", "bus_error")
	if err != nil {
		panic(err)
	}
	os.Remove(f.Name())
	f.Truncate(4096)
	b, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	fmt.Println(touch(&b[0]))
	f.Truncate(0)
	f.Close()
	return (*byte)(unsafe.Pointer(&b[0]))
}

func fatal() { fmt.Println(touch(shortened())) }

func recovered() {
	debug.SetPanicOnFault(true)
	p := shortened()
	for i := 0; i < 2; i++ {
		func() {
			defer func() {
				r := recover()
				fmt.Println(r)
				fmt.Println(r.(interface{ Addr() uintptr }).Addr() == uintptr(unsafe.Pointer(p)))
			}()
			fmt.Println(touch(p))
		}()
	}
}

func uncaught() {
	debug.SetPanicOnFault(true)
	fmt.Println(touch(shortened()))
}

var cases = map[string]func(){"fatal": fatal, "recovered": recovered, "uncaught": uncaught}

func main() { cases[os.Args[1]]() }
