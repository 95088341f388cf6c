// At most 10 argument words and 5 levels of nesting are shown; `...` stands for the rest.
package main

import "runtime/debug"

type six struct{ a, b int64 }
type five struct {
	a    int64
	deep six
}
type four struct {
	a    int64
	deep five
}
type three struct {
	a    int64
	deep four
}
type two struct {
	a    int64
	deep three
}
type one struct {
	a    int64
	deep two
}

var sum int64

//go:noinline
func ten(a, b, c, d, e, f, g, h, i, j int64) {
	debug.PrintStack()
	sum += a + b + c + d + e + f + g + h + i + j
}

//go:noinline
func twelve(a, b, c, d, e, f, g, h, i, j, k, l int64) {
	debug.PrintStack()
	sum += a + b + c + d + e + f + g + h + i + j + k + l
}

//go:noinline
func nested(x one) {
	debug.PrintStack()
	sum += x.a + x.deep.deep.deep.deep.deep.b
}

//go:noinline
func wide(x six, y six, z six, u six, v six, w six) {
	debug.PrintStack()
	sum += x.a + y.a + z.a + u.a + v.a + w.b
}

//go:noinline
func several(a int64, x two, b int64) {
	debug.PrintStack()
	sum += a + x.deep.deep.a + b
}

func main() {
	ten(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	nested(one{1, two{2, three{3, four{4, five{5, six{6, 7}}}}}})
	wide(six{1, 2}, six{3, 4}, six{5, 6}, six{7, 8}, six{9, 10}, six{11, 12})
	several(1, two{2, three{3, four{4, five{5, six{6, 7}}}}}, 8)
}
