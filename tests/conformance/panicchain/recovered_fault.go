// After a recovered fault, a later panic has no signal line.
package main

func main() {
	defer func() { panic("unrelated") }()
	defer func() { recover() }()
	var p *int
	*p = 1
}
