// Argument words of a method: the receiver first, then the arguments.
package main

import "runtime/debug"

type Tree struct{ n int }

//go:noinline
func (t *Tree) Do(a int, b bool, p *int, c uint8) { debug.PrintStack() }

func main() {
	n := 1
	t := &Tree{3}
	t.Do(7, true, &n, 255)
	t.Do(-1, false, nil, 0)
}
