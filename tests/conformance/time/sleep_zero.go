// A sleep of zero or less returns at once, without giving way to others.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"runtime"
	"time"
)

func main() {
	go func() { fmt.Println("other") }()
	time.Sleep(0)
	time.Sleep(-time.Second)
	fmt.Println("main first")
	runtime.Gosched()
}
