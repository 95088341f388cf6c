// The arguments of a deferred call are evaluated when the defer statement runs.
package main

import "fmt"

func next(p *int) int {
	*p++
	return *p
}

func show(what string, v int) { fmt.Println(what, v) }

func main() {
	n := 0
	defer show("one", next(&n))
	defer show("two", next(&n))
	n = 40
	defer show("three", n)
	n = 50
	defer func() { show("closure", n) }()
	n = 60
	fmt.Println("body", n)
}
