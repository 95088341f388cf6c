// What GODEBUG=schedtrace=N[,scheddetail=1] and gctrace=1 print: schedtrace_fixture.out has it as go1.22.12 printed it.
//
//	GOMAXPROCS=2 GODEBUG=schedtrace=10 ./schedtrace_fixture
//	GOMAXPROCS=2 GODEBUG=schedtrace=10,scheddetail=1 ./schedtrace_fixture
//	GOMAXPROCS=2 GODEBUG=gctrace=1 ./schedtrace_fixture
package main

import (
	"runtime"
	"runtime/debug"
	"time"
)

func main() {
	ch := make(chan int)
	for i := 0; i < 3; i++ {
		go func() { <-ch }()
	}
	go func() {
		runtime.LockOSThread()
		<-ch
	}()
	time.Sleep(15 * time.Millisecond)
	for start := time.Now(); time.Since(start) < 15*time.Millisecond; {
	}
	runtime.GC()
	debug.FreeOSMemory()
	time.Sleep(20 * time.Millisecond)
	close(ch)
}
