// An error's own As may fill in another type.
package main

import (
	"errors"
	"fmt"
	"time"
)

type inner struct{ n int }

func (e inner) Error() string { return fmt.Sprint("inner ", e.n) }

type outer struct{}

func (outer) Error() string { return "outer" }
func (outer) As(target any) bool {
	if p, ok := target.(*inner); ok {
		*p = inner{7}
		return true
	}
	return false
}

func main() {
	var in inner
	fmt.Println(errors.As(fmt.Errorf("w: %w", outer{}), &in), in)
	var pe *time.ParseError
	fmt.Println(errors.As(outer{}, &pe))
}
