// Error methods of all panics run before anything is printed; they may print and yield.

//gort:case one
//gort:case chain

package main

import (
	"os"
	"runtime"
)

type talker struct{ s string }

func (t talker) Error() string {
	println("Error of", t.s)
	runtime.Gosched()
	return "text of " + t.s
}

func panicOne() {
	panic(talker{"a"})
}

func panicChain() {
	defer func() {
		panic(talker{"b"})
	}()
	panic(talker{"a"})
}

var cases = map[string]func(){
	"one":   panicOne,
	"chain": panicChain,
}

func main() { cases[os.Args[1]]() }
