// The signal line of a fault stays when a deferred call panics on top of it.
package main

func main() {
	defer func() { panic("after the fault") }()
	var p *int
	*p = 1
}
