// What is not asked for survives one collection and not a second one.

//gort:env GOMAXPROCS=1 GOGC=off

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var p sync.Pool
	p.Put("x")
	runtime.GC()
	fmt.Println(p.Get())
	p.Put("y")
	runtime.GC()
	runtime.GC()
	fmt.Println(p.Get())
}
