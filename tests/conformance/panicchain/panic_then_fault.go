// A fault in a deferred call of a panic.
package main

func main() {
	defer func() {
		var p *int
		*p = 1
	}()
	panic("before the fault")
}
