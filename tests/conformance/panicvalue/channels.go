// Uncaught misuses of channels.

//gort:case mkchan
//gort:case closenil
//gort:case close2
//gort:case sendcl

package main

import "os"

func panicMkchan() {
	n := -1
	_ = make(chan int, n)
}

func panicClosenil() {
	var c chan int
	close(c)
}

func panicClose2() {
	c := make(chan int)
	close(c)
	close(c)
}

func panicSendcl() {
	c := make(chan int)
	close(c)
	c <- 1
}

var cases = map[string]func(){
	"mkchan":   panicMkchan,
	"closenil": panicClosenil,
	"close2":   panicClose2,
	"sendcl":   panicSendcl,
}

func main() { cases[os.Args[1]]() }
