// Below zero is a panic; it can be recovered, and is a plain string.
package main

import (
	"fmt"
	"sync"
)

func down(n int) {
	defer func() {
		v := recover()
		_, isError := v.(error)
		fmt.Println(v, isError)
	}()
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Add(n)
	fmt.Println("fine")
}

func main() {
	down(-1)
	down(-2)
}
