// The arguments of a go statement are evaluated by the statement.
package main

import "fmt"

func show(out chan string, what string, n int) { out <- fmt.Sprint(what, " ", n) }

func next(p *int) int {
	*p++
	return *p
}

func main() {
	out := make(chan string)
	n := 0
	go show(out, "first", next(&n))
	n = 100
	fmt.Println(<-out)
	go show(out, "second", next(&n))
	n = 200
	fmt.Println(<-out)
}
