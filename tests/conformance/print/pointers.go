// Pointers print in hex; equal ones print alike.
package main

func main() {
	x := 1
	p, q := &x, &x
	println(p == q, p != nil)
	println(p)
	ch := make(chan int)
	println(ch)
}
