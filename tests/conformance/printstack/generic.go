// The arguments of a generic function or type are printed as [...].
package main

import "runtime/debug"

//go:noinline
func gen[X any](x X) { debug.PrintStack() }

type G[X any] struct{ v X }

//go:noinline
func (g *G[X]) M() { debug.PrintStack() }

func main() {
	gen(1)
	g := &G[int]{}
	g.M()
}
