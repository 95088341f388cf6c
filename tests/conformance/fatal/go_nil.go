// `go` with a nil function is fatal.
package main

func main() {
	var f func()
	go f()
}
