// Defers in a loop around a panic: all of them run, the first to run recovers.
package main

import "fmt"

func f() (order []int) {
	for i := 0; i < 5; i++ {
		defer func(i int) {
			order = append(order, i)
			if recover() != nil {
				order = append(order, 100+i)
			}
		}(i)
	}
	panic("p")
}

func main() {
	for _, v := range f() {
		fmt.Print(v, ";")
	}
	fmt.Println()
}
