// A task's frames, while it runs, as what Wait panics with has them, and of what waits.

//gort:case running
//gort:case panics
//gort:case uncaught
//gort:case blocked

package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

//go:noinline
func works() error {
	debug.PrintStack()
	return nil
}

//go:noinline
func fails() error { panic(errors.New("failed")) }

func running() {
	var g errgroup.Group
	g.Go(works)
	g.Wait()
	g.Go(func() error {
		return works()
	})
	g.Wait()
	g.TryGo(works)
	g.Wait()
}

func panics() {
	defer func() {
		fmt.Printf("%s", recover().(errgroup.PanicError).Stack)
	}()
	var g errgroup.Group
	g.Go(fails)
	g.Wait()
}

func uncaught() {
	var g errgroup.Group
	g.Go(fails)
	g.Wait()
}

func blocked() {
	var g errgroup.Group
	g.Go(func() error {
		var never chan bool
		<-never
		return nil
	})
	g.Wait()
}

var cases = map[string]func(){"running": running, "panics": panics, "uncaught": uncaught, "blocked": blocked}

func main() { cases[os.Args[1]]() }
