package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

type E struct{ s string }

func (e E) Error() string { return "E:" + e.s }

type EP struct{ s string }

func (e *EP) Error() string { return "EP:" + e.s }

type S struct{ s string }

func (s S) String() string { return "S:" + s.s }

type Both struct{}

func (Both) Error() string  { return "both as error" }
func (Both) String() string { return "both as string" }

type MyInt int
type MyStr string
type St struct{ a, b int }

var (
	sink     int
	sinks    string
	sinkb    bool
	sinkch   chan int
	zero     = 0
	one      = 1
	two      = 2
	five     = 5
	minus    = -1
	arr      = []int{1, 2, 3}
	text     = "abc"
	nowhere  *int
	nostruct *St
	nofunc   func()
	anyint   any = 1
	anynil   any
	anyslice any = []int{1}
	closedch     = closed()
	nilch    chan int
	badwg    sync.WaitGroup
	onceFunc = sync.OnceFunc // called directly it may be inlined, with literals named after the caller
)

func closed() chan int {
	c := make(chan int)
	close(c)
	return c
}

func say(id string, v int) { fmt.Println(id, v) }

func sayOk(id string, v int, ok bool) { fmt.Println(id, v, ok) }

// show prints a recovered value; of one that prints as an address only the type.
func show(id string, v any) {
	name := fmt.Sprintf("%T", v)
	_, isError := v.(error)
	if !isError && (strings.HasPrefix(name, "*") || strings.HasPrefix(name, "chan")) {
		fmt.Println(id, name)
		return
	}
	_, isRuntime := v.(runtime.Error)
	fmt.Println(id, name, v, isError, isRuntime)
}

func helper() any { return recover() }

// The functions that are deferred in the many ways of deferring one.
func recNamed(id string) { show(id, recover()) }

func recTwice(id string, n int) {
	show(id, recover())
	say(id, n)
	show(id, recover())
}

func recFunctor(id string) func() { return func() { show(id, recover()) } }

type R struct{ id string }

func (r R) Value()    { show(r.id, recover()) }
func (r *R) Pointer() { show(r.id, recover()) }

type Outer struct{ R }

type Recoverer interface{ Rec() }
type RI struct{ id string }

func (r *RI) Rec() { show(r.id, recover()) }

func counter(id string, n int) func() {
	return func() {
		n++
		say(id, n)
		show(id, recover())
	}
}

//go:noinline
func call(f func()) { f() }

// hidden keeps from the compilers what a condition is: of a branch that is never taken g++ forgets the literals.
//
//go:noinline
func hidden(cond bool) bool { return cond }

var _ = errors.New
var _ = debug.PrintStack

func main() {
	programs[os.Args[1]]()
}
