// Interfaces are two words in the arguments of a trace, functions one.
package main

import (
	"context"
	"errors"
	"runtime/debug"
)

var (
	lastError   error
	lastContext context.Context
	lastAny     any
	lastFunc    func()
	lastNumber  int
)

//go:noinline
func takesError(err error, n int) {
	debug.PrintStack()
	lastError, lastNumber = err, n
}

//go:noinline
func takesContext(ctx context.Context, n int) {
	debug.PrintStack()
	lastContext, lastNumber = ctx, n
}

//go:noinline
func takesAny(v any, n int) {
	debug.PrintStack()
	lastAny, lastNumber = v, n
}

//go:noinline
func takesFunc(f func(), n int) {
	debug.PrintStack()
	lastFunc, lastNumber = f, n
}

type T struct{ n int }

//go:noinline
func (t *T) method(ctx context.Context, err error, v any) {
	debug.PrintStack()
	lastContext, lastError, lastAny, lastNumber = ctx, err, v, t.n
}

func main() {
	takesError(errors.New("e"), 1)
	takesError(nil, 2)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	takesContext(ctx, 3)
	takesContext(nil, 4)
	takesAny(errors.New("e"), 5)
	takesAny(nil, 6)
	takesFunc(func() { println(lastNumber) }, 7)
	takesFunc(nil, 8)
	new(T).method(ctx, errors.New("e"), ctx)
}
