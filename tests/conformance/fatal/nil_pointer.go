// A nil dereference is a panic with the signal line, at address 0 and at a small offset, and may be recovered.

//gort:case zero
//gort:case offset
//gort:case recovered

package main

import (
	"fmt"
	"os"
)

func zero() {
	var p *int
	*p = 1
}

func offset() {
	var p *[1000]int32
	p[700] = 1
}

func recovered() {
	defer func() { fmt.Println(recover()) }()
	var p *int
	*p = 1
}

var cases = map[string]func(){"zero": zero, "offset": offset, "recovered": recovered}

func main() { cases[os.Args[1]]() }
