// GOMAXPROCS from the environment counts if it is a positive number.

//gort:case one - env GOMAXPROCS=1
//gort:case seven - env GOMAXPROCS=7

package main

import (
	"fmt"
	"runtime"
)

func main() { fmt.Println(runtime.GOMAXPROCS(0)) }
