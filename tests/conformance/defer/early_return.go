// Only the defer statements that were reached count.
package main

import "fmt"

func f(n int) {
	defer fmt.Println("always", n)
	if n < 1 {
		return
	}
	defer fmt.Println("above 0", n)
	if n < 2 {
		return
	}
	defer fmt.Println("above 1", n)
}

func main() {
	f(0)
	f(1)
	f(2)
}
