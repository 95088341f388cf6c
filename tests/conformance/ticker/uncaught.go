// NewTicker(0) uncaught: NewTicker panics with an error, Reset with a string.

//gort:case new
//gort:case reset

package main

import (
	"os"
	"time"
)

func newTicker() {
	time.NewTicker(0)
}

func reset() {
	t := time.NewTicker(1)
	t.Reset(-1)
}

func main() {
	if os.Args[1] == "new" {
		newTicker()
	} else {
		reset()
	}
}
