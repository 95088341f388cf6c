// A goroutine that is locked to its thread says so behind its wait reason.

//gort:case locked -
//gort:case unlocked
//gort:case twice

package main

import (
	"os"
	"runtime"
)

func wait(ch chan int) { <-ch }

func main() {
	runtime.LockOSThread()
	if len(os.Args) > 1 {
		runtime.LockOSThread()
		runtime.UnlockOSThread()
		if os.Args[1] == "unlocked" {
			runtime.UnlockOSThread()
		}
	}
	wait(make(chan int))
}
