// A channel in a struct that is nil: every use is a nil dereference that may be recovered.
package main

type T struct {
	pad int
	c   chan int
}

var t *T

func check(what string, f func()) {
	defer func() { println(what, recover() != nil) }()
	f()
}

func main() {
	check("recv", func() { <-t.c })
	check("send", func() { t.c <- 1 })
	check("copy", func() {
		d := t.c
		println(d == nil)
	})
	check("nil", func() { println(t.c == nil) })
	check("select", func() {
		select {
		case <-t.c:
		default:
		}
	})
	check("close", func() { close(t.c) })
	check("len", func() { println(len(t.c)) })
}
