// A panic in the Error() of a thrown value is a fatal error that names what was thrown there.

//gort:case PE
//gort:case PE2
//gort:case GoErr
//gort:case Fault
//gort:case FaultString
//gort:head PE PE2 GoErr Fault FaultString

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

type Fault struct{ at *int }

func (f Fault) Error() string { *f.at = 1; return "not reached" }

type FaultString struct{ at *int }

func (f FaultString) String() string { *f.at = 1; return "not reached" }

func panicPE() {
	panic(PE{})
}

func panicPE2() {
	panic(PE2{})
}

func panicGoErr() {
	panic(GoErr{})
}

func panicFault() {
	panic(Fault{})
}

func panicFaultString() {
	panic(FaultString{})
}

var cases = map[string]func(){
	"PE":          panicPE,
	"PE2":         panicPE2,
	"GoErr":       panicGoErr,
	"Fault":       panicFault,
	"FaultString": panicFaultString,
}

func main() { cases[os.Args[1]]() }
