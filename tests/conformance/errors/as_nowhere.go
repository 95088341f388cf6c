// As with a nil target panics.
package main

import (
	"errors"
	"fmt"
	"time"
)

func main() {
	defer func() { fmt.Println(recover()) }()
	var nowhere **time.ParseError
	errors.As(errors.New("x"), nowhere)
}
