// What is written before a fault is written, what follows it is not, and a fault whose result nobody needs happens too.
package main

import "fmt"

type point struct{ x, y int }

type record struct{ a, b, c, d, e, f, g, h int }

var (
	nowhere  *point
	norecord *record
	zero     int
	steps    int
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, steps, recover()) }()
	steps = 0
	f()
}

//go:noinline
func store(p *point) {
	steps = 1
	p.x = 1
	steps = 2
}

//go:noinline
func storeTwice(p *point) {
	p.x = 1
	p.x = 2
	steps = 1
}

//go:noinline
func load(p *point) {
	steps = 1
	steps = p.y
	steps = 2
}

//go:noinline
func divide(a, b int) {
	steps = 1
	steps = a / b
	steps = 2
}

//go:noinline
func local(p *point) {
	step := 0
	defer func() { fmt.Println("deferred call sees", step) }()
	step = 1
	p.y = 1
	step = 2
}

//go:noinline
func result(p *point, out *int) {
	*out = 1
	p.x = 5
	*out = 2
}

//go:noinline
func unusedLoad(p *point) {
	v := p.x
	_ = v
	steps = 1
}

//go:noinline
func unusedQuotient(a, b int) {
	v := a / b
	_ = v
}

//go:noinline
func copies(from, to *record) {
	steps = 1
	to.a = 5
	*from = *to
	steps = 2
}

func main() {
	try("store", func() { store(nowhere) })
	try("store twice", func() { storeTwice(nowhere) })
	try("load", func() { load(nowhere) })
	try("divide", func() { divide(1, zero) })
	try("local", func() { local(nowhere) })
	out := 0
	try("result", func() { result(nowhere, &out) })
	fmt.Println(out)
	try("unused load", func() { unusedLoad(nowhere) })
	try("unused quotient", func() { unusedQuotient(1, zero) })
	var r record
	try("copies", func() { copies(norecord, &r) })
	fmt.Println(r.a)
}
