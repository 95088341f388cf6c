// A call's frames, while it runs and when it panics.

//gort:case running
//gort:case channel
//gort:case panics

package main

import (
	"errors"
	"os"
	"runtime/debug"

	"golang.org/x/sync/singleflight"
)

//go:noinline
func call() (any, error) {
	debug.PrintStack()
	return 1, nil
}

//go:noinline
func fails() (any, error) { panic(errors.New("failed")) }

func running() {
	var g singleflight.Group
	g.Do("key", call)
}

func channel() {
	var g singleflight.Group
	<-g.DoChan("key", call)
}

func panics() {
	var g singleflight.Group
	g.Do("key", fails)
}

var cases = map[string]func(){"running": running, "channel": channel, "panics": panics}

func main() { cases[os.Args[1]]() }
