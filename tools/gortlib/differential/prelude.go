package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
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

// Errors that say themselves what they are, or what they wrap.
type EIs struct {
	s  string
	as error
}

func (e EIs) Error() string        { return "EIs:" + e.s }
func (e EIs) Is(target error) bool { return target == e.as }

type EAs struct{ s string }

func (e EAs) Error() string { return "EAs:" + e.s }
func (e EAs) As(target any) bool {
	own, ok := target.(*E)
	if ok {
		*own = E{"as " + e.s}
	}
	return ok
}

type EWrap struct {
	s    string
	next error
}

func (e EWrap) Error() string { return "EWrap:" + e.s }
func (e EWrap) Unwrap() error { return e.next }

type EMany struct {
	s    string
	errs []error
}

func (e *EMany) Error() string   { return "EMany:" + e.s }
func (e *EMany) Unwrap() []error { return e.errs }

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
)

// Called directly these may be inlined, with literals named after the caller.
var (
	onceFunc          = sync.OnceFunc
	onceValue         = sync.OnceValue[int]
	onceValues        = sync.OnceValues[int, error]
	withCancel        = context.WithCancel
	withCancelCause   = context.WithCancelCause
	withTimeout       = context.WithTimeout
	withTimeoutCause  = context.WithTimeoutCause
	withDeadline      = context.WithDeadline
	withDeadlineCause = context.WithDeadlineCause
	afterFunc         = context.AfterFunc
)

func closed() chan int {
	c := make(chan int)
	close(c)
	return c
}

// Not inlined, for Go may show a deferred call that follows as if what is inlined before it made it.
//
//go:noinline
func say(id string, v int) { fmt.Println(id, v) }

//go:noinline
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

// showFirst recovers a value and prints its type and the first line of its text.
func showFirst(id string) {
	v := recover()
	first, _, _ := strings.Cut(fmt.Sprint(v), "\n")
	fmt.Println(id, fmt.Sprintf("%T", v), first)
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

// afresh begins a goroutine clear of three faults of Go 1.22. Where the stack moves while Goexit runs deferred calls, a recovery
// back into that Goexit fails ("bad recovery"), and where it moves between `defer recover()` and its call, that recovers
// nothing: so the stack grows first. And a goroutine that faulted and left by Goexit passes its signal on to the next one with
// its g, whose report shows it: a recovery of its own clears it.
//
//go:noinline
func afresh() {
	var room [32 << 10]byte
	defer func() { recover() }()
	panic(room[zero])
}

// gone waits until only n goroutines are left: one that has said that it is done may still be on its way out, and a report
// would show it. It gives up on those that stay.
func gone(n int) {
	for i := 0; i < 100 && runtime.NumGoroutine() > n; i++ {
		time.Sleep(time.Millisecond)
	}
}

// goroutines, stopped and stopTicker keep what they call from being inlined: of a deferred call that the end of the function
// makes Go shows the place of what stands before that end, and would show the inlined function as the one that calls.
//
//go:noinline
func goroutines() int { return runtime.NumGoroutine() }

//go:noinline
func stopped(t *time.Timer) bool { return t.Stop() }

//go:noinline
func stopTicker(t *time.Ticker) { t.Stop() }

// hidden keeps from the compilers what a condition is: of a branch that is never taken g++ forgets the literals.
//
//go:noinline
func hidden(cond bool) bool { return cond }

var _ = errors.New
var _ = debug.PrintStack

func main() {
	afresh()
	programs[os.Args[1]]()
}
