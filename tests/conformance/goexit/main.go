// Goexit of main lets the others run; when none is left the program dies, without a list of goroutines.

//gort:case alone
//gort:case others_end

package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

func alone() { runtime.Goexit() }

func others_end() {
	go func() {
		time.Sleep(20 * time.Millisecond)
		fmt.Println("other done")
	}()
	runtime.Goexit()
}

var cases = map[string]func(){"alone": alone, "others_end": others_end}

func main() { cases[os.Args[1]]() }
