// On one P: first what was put first of late, then the newest.

//gort:env GOMAXPROCS=1

package main

import (
	"fmt"
	"sync"
)

func main() {
	var p sync.Pool
	for _, s := range []string{"a", "b", "c", "d"} {
		p.Put(s)
	}
	for i := 0; i < 5; i++ {
		fmt.Println(p.Get())
	}
}
