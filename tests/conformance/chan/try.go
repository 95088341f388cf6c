// Operations that do not wait: select with default.
package main

import "fmt"

func main() {
	ch := make(chan int, 1)
	trySend := func(v int) bool {
		select {
		case ch <- v:
			return true
		default:
			return false
		}
	}
	tryRecv := func() (int, bool, bool) {
		select {
		case v, ok := <-ch:
			return v, ok, true
		default:
			return 0, false, false
		}
	}
	fmt.Println(trySend(1), trySend(2))
	fmt.Println(tryRecv())
	fmt.Println(tryRecv())
	close(ch)
	fmt.Println(tryRecv())
}
