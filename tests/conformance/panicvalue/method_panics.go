// A panic in the Error() of a thrown value is a fatal error that names what was thrown there.

//gort:case PE
//gort:case PE2
//gort:case GoErr
//gort:head PE PE2 GoErr

package main

import (
	"errors"
	"fmt"
	"os"
)

type PE struct{}

func (PE) Error() string { panic("inner") }

type PE2 struct{}

func (PE2) Error() string { panic(errors.New("x")) }

type GoErr struct{}

func (GoErr) Error() string { panic(fmt.Sprintf("n%d", 1)) }

func panicPE() {
	panic(PE{})
}

func panicPE2() {
	panic(PE2{})
}

func panicGoErr() {
	panic(GoErr{})
}

var cases = map[string]func(){
	"PE":    panicPE,
	"PE2":   panicPE2,
	"GoErr": panicGoErr,
}

func main() { cases[os.Args[1]]() }
