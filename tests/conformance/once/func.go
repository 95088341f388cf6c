// OnceFunc's function runs once, whoever calls it.
package main

import (
	"fmt"
	"sync"
)

func main() {
	n := 0
	f := sync.OnceFunc(func() {
		n++
		fmt.Println("run")
	})
	fmt.Println(n)
	f()
	g := f
	g()
	f()
	fmt.Println(n)
}
