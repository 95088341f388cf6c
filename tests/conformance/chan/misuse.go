// Every misuse of a channel is a panic that may be recovered, with Go's text.
package main

import "fmt"

func try(name string, f func()) {
	defer func() { fmt.Println(name+":", recover()) }()
	f()
}

func main() {
	try("close nil", func() {
		var ch chan int
		close(ch)
	})
	try("close closed", func() {
		ch := make(chan int)
		close(ch)
		close(ch)
	})
	try("send on closed", func() {
		ch := make(chan int, 1)
		close(ch)
		ch <- 1
	})
	try("select send on closed", func() {
		ch := make(chan int, 1)
		close(ch)
		select {
		case ch <- 1:
		default:
		}
	})
	try("negative size", func() {
		n := -1
		_ = make(chan int, n)
	})
}
