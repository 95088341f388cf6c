// Endless recursion is a fatal error of its own, in a deferred call and while panicking too; nothing can recover it.

//gort:case overflow
//gort:case deferred
//gort:case panicking
//gort:case goroutine
//gort:head overflow deferred
//gort:head panicking
//gort:head goroutine
//gort:timeout 60

package main

import "os"

//go:noinline
func over(n int) int { return over(n+1) + 1 }

func overflow() { println(over(1)) }

func deferred() {
	defer func() { println("recovered", recover()) }()
	defer func() { println(over(1)) }()
	println("body")
}

func panicking() {
	defer func() { println("recovered", recover()) }()
	defer func() { println(over(1)) }()
	panic("not printed")
}

func goroutine() {
	done := make(chan bool)
	go func() {
		defer close(done)
		println(over(1))
	}()
	<-done
}

var cases = map[string]func(){"overflow": overflow, "deferred": deferred, "panicking": panicking, "goroutine": goroutine}

func main() { cases[os.Args[1]]() }
