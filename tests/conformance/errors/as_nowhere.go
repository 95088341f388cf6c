// As with a nil target panics.
package main

import (
	"errors"
	"fmt"
)

func main() {
	defer func() { fmt.Println(recover()) }()
	errors.As(errors.New("x"), nil)
}
