// Panics with errors of the package, uncaught.

//gort:case new
//gort:case wrapped
//gort:case joined

package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	base := errors.New("base")
	switch os.Args[1] {
	case "new":
		panic(base)
	case "wrapped":
		panic(fmt.Errorf("wrapped: %w", base))
	case "joined":
		panic(errors.Join(base, base))
	}
}
