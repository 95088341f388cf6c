// All goroutines asleep in a select; one with a single case waits as the plain operation does.

//gort:case none
//gort:case two
//gort:case twoNil
//gort:case single
//gort:case singleNil
//gort:case singleSend

package main

import "os"

func none() {
	select {}
}

func two() {
	a, b := make(chan int), make(chan int)
	select {
	case <-a:
	case b <- 1:
	}
}

func twoNil() {
	var a, b chan int
	select {
	case <-a:
	case b <- 1:
	}
}

func single() {
	a := make(chan int)
	select {
	case <-a:
	}
}

func singleNil() {
	var a chan int
	select {
	case <-a:
	}
}

func singleSend() {
	a := make(chan int)
	select {
	case a <- 1:
	}
}

var cases = map[string]func(){
	"none": none, "two": two, "twoNil": twoNil, "single": single, "singleNil": singleNil, "singleSend": singleSend,
}

func main() { cases[os.Args[1]]() }
