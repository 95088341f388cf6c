// Nil pointers, channels, functions and interfaces.
package main

func main() {
	var p *int
	var ch chan int
	var e error
	var a any
	println(p, ch)
	println(e, a)
	println("")
	print("no newline")
}
