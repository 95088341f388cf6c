// A task's panic comes out of Wait: a PanicValue, or for errors a PanicError that unwraps.
package main

import (
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

var base = errors.New("base")

func wait(f func()) {
	var g errgroup.Group
	g.Go(func() error {
		f()
		return nil
	})
	defer func() {
		switch p := recover().(type) {
		case errgroup.PanicValue:
			fmt.Println("value:", p.Recovered, len(p.Stack) > 0)
		case errgroup.PanicError:
			fmt.Println("error:", p.Recovered, errors.Is(p, base), len(p.Stack) > 0)
		}
	}()
	fmt.Println("returned", g.Wait())
}

func main() {
	wait(func() { panic("a string") })
	wait(func() { panic(base) })
	wait(func() { panic(fmt.Errorf("wrapped: %w", base)) })
	wait(func() {
		var p *int
		*p = 1
	})
	wait(func() {})
}
