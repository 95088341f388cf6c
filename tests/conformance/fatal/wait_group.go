// A negative counter is an ordinary panic.

//gort:case uncaught
//gort:case recovered

package main

import (
	"fmt"
	"os"
	"sync"
)

func uncaught() {
	var wg sync.WaitGroup
	wg.Done()
}

func recovered() {
	defer func() { fmt.Println("recovered:", recover()) }()
	var wg sync.WaitGroup
	wg.Add(2)
	wg.Add(-3)
}

var cases = map[string]func(){"uncaught": uncaught, "recovered": recovered}

func main() { cases[os.Args[1]]() }
