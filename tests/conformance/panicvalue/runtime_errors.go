// Uncaught runtime errors.

//gort:case idx
//gort:case idxneg
//gort:case slc
//gort:case slcs
//gort:case slc2
//gort:case div
//gort:case nilptr
//gort:case nilfunc
//gort:case uncmp

package main

import (
	"fmt"
	"os"
)

func panicIdx() {
	a := []int{1}
	i := 5
	_ = a[i]
}

func panicIdxneg() {
	a := []int{1}
	i := -5
	_ = a[i]
}

func panicSlc() {
	a := []int{1}
	i := 5
	_ = a[:i]
}

func panicSlcs() {
	a := "abc"
	i := 5
	_ = a[:i]
}

func panicSlc2() {
	a := []int{1, 2, 3}
	i, j := 2, 1
	_ = a[i:j]
}

func panicDiv() {
	z := 0
	fmt.Println(7 / z)
}

func panicNilptr() {
	var p *int
	*p = 1
}

func panicNilfunc() {
	var f func()
	f()
}

func panicUncmp() {
	var a, b interface{} = []int{1}, []int{1}
	fmt.Println(a == b)
}

var cases = map[string]func(){
	"idx":     panicIdx,
	"idxneg":  panicIdxneg,
	"slc":     panicSlc,
	"slcs":    panicSlcs,
	"slc2":    panicSlc2,
	"div":     panicDiv,
	"nilptr":  panicNilptr,
	"nilfunc": panicNilfunc,
	"uncmp":   panicUncmp,
}

func main() { cases[os.Args[1]]() }
