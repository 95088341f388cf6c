// A value with Error() or String() prints what that returns; Error goes first.

//gort:case err
//gort:case errnl
//gort:case wraperr
//gort:case joined
//gort:case eval
//gort:case sval
//gort:case both
//gort:case nilEP
//gort:case mystrm

package main

import (
	"errors"
	"fmt"
	"os"
)

type E struct{ s string }

func (e E) Error() string { return "E:" + e.s }

type S struct{ s string }

func (e S) String() string { return "S:" + e.s }

type EP struct{}

func (e *EP) Error() string { return "EP" }

type Both struct{}

func (Both) Error() string  { return "err!" }
func (Both) String() string { return "str!" }

type MyStrM string

func (m MyStrM) Error() string { return "mystrm<" + string(m) + ">" }

func panicErr() {
	panic(errors.New("boom"))
}

func panicErrnl() {
	panic(errors.New("boom\nline2"))
}

func panicWraperr() {
	panic(fmt.Errorf("w: %w", errors.New("in")))
}

func panicJoined() {
	panic(errors.Join(errors.New("one"), errors.New("two")))
}

func panicEval() {
	panic(E{"q"})
}

func panicSval() {
	panic(S{"q"})
}

func panicBoth() {
	panic(Both{})
}

func panicNilEP() {
	var p *EP
	panic(p)
}

func panicMystrm() {
	panic(MyStrM("z"))
}

var cases = map[string]func(){
	"err":     panicErr,
	"errnl":   panicErrnl,
	"wraperr": panicWraperr,
	"joined":  panicJoined,
	"eval":    panicEval,
	"sval":    panicSval,
	"both":    panicBoth,
	"nilEP":   panicNilEP,
	"mystrm":  panicMystrm,
}

func main() { cases[os.Args[1]]() }
