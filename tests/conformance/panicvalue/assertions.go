// Uncaught failures of type assertions.

//gort:case toString
//gort:case nilToString
//gort:case toError
//gort:case fromError

package main

import (
	"errors"
	"os"
)

type gone struct{}

func (gone) Error() string { return "gone" }

func panicToString() {
	var i interface{} = 1
	_ = i.(string)
}

func panicNilToString() {
	var i interface{}
	_ = i.(string)
}

func panicToError() {
	var i interface{} = 1
	_ = i.(error)
}

func panicFromError() {
	var i error = errors.New("x")
	_ = i.(gone)
}

var cases = map[string]func(){
	"toString":    panicToString,
	"nilToString": panicNilToString,
	"toError":     panicToError,
	"fromError":   panicFromError,
}

func main() { cases[os.Args[1]]() }
