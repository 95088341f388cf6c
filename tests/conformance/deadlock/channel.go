// All goroutines asleep on a channel: the wait reason of each kind of operation.

//gort:case receive
//gort:case send
//gort:case nilReceive
//gort:case nilSend
//gort:case ranging

package main

import "os"

func receive() {
	ch := make(chan int)
	<-ch
}

func send() {
	ch := make(chan int)
	ch <- 1
}

func nilReceive() {
	var ch chan int
	<-ch
}

func nilSend() {
	var ch chan int
	ch <- 1
}

func ranging() {
	ch := make(chan int)
	for range ch {
	}
}

var cases = map[string]func(){
	"receive": receive, "send": send, "nilReceive": nilReceive, "nilSend": nilSend, "ranging": ranging,
}

func main() { cases[os.Args[1]]() }
