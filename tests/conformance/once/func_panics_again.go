// OnceFunc, OnceValue and OnceValues panic with the same value at every call.
package main

import (
	"fmt"
	"sync"
)

func try(f func()) {
	defer func() { fmt.Println("recovered:", recover()) }()
	f()
}

func main() {
	runs := 0
	f := sync.OnceFunc(func() {
		runs++
		panic(fmt.Sprint("func ", runs))
	})
	v := sync.OnceValue(func() int {
		runs++
		panic(fmt.Errorf("value %d", runs))
	})
	w := sync.OnceValues(func() (int, error) {
		runs++
		panic(runs)
	})
	for i := 0; i < 2; i++ {
		try(f)
		try(func() { v() })
		try(func() { w() })
	}
	fmt.Println(runs)
}
