// A recursive function's deferred calls run from the deepest call outwards.
package main

import "fmt"

func f(n int) int {
	defer fmt.Println("leaving", n)
	if n == 0 {
		return 1
	}
	return f(n-1) * 2
}

func main() { fmt.Println(f(4)) }
