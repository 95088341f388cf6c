// Get of an empty pool is nil without New, and what New makes with it.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var p sync.Pool
	fmt.Println(p.Get())
	n := 0
	p.New = func() any {
		n++
		return n
	}
	fmt.Println(p.Get(), p.Get())
}
