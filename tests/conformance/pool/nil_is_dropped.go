// Put(nil) puts nothing.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"sync"
)

func main() {
	p := sync.Pool{New: func() any { return "new" }}
	p.Put(nil)
	p.Put("old")
	p.Put(nil)
	fmt.Println(p.Get(), p.Get())
}
