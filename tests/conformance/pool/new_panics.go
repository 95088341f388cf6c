// A panic in New passes through Get; the pool goes on.
package main

import (
	"fmt"
	"sync"
)

var p sync.Pool

func get() (v any) {
	defer func() {
		if e := recover(); e != nil {
			v = fmt.Sprint("recovered: ", e)
		}
	}()
	return p.Get()
}
func main() {
	p.New = func() any { panic("no more") }
	fmt.Println(get())
	p.Put(1)
	fmt.Println(p.Get() != nil)
	fmt.Println(get())
}
