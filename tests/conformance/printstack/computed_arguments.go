// Arguments that are computed for a call and not used after it: quotients and remainders of negative numbers.
package main

import (
	"fmt"
	"runtime/debug"
)

//go:noinline
func say(v int) {
	fmt.Println(v)
}

//go:noinline
func add(a, b int) int {
	return a + b
}

//go:noinline
func low(plain, v int) int {
	say(plain)
	say(v)
	made := add(plain, v)
	fmt.Println(string(debug.Stack()))
	return made
}

//go:noinline
func remainder(a, b int) int {
	say(a - b)
	return low(5, (a-b)%1000) + 1
}

//go:noinline
func shifted(a, b int) int {
	say(a - b)
	return low(5, (a-b)/2) + 1
}

//go:noinline
func divided(a, b, c int) int {
	say(a - b)
	return low(5, (a-b)/c) + 1
}

func main() {
	fmt.Println(remainder(4, 7))
	fmt.Println(remainder(7, 4))
	fmt.Println(shifted(4, 17))
	fmt.Println(shifted(17, 4))
	fmt.Println(divided(4, 27, 5))
	fmt.Println(divided(4, 27, -5))
}
