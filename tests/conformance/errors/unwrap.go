// Unwrap takes off one layer, and none of a Join.
package main

import (
	"errors"
	"fmt"
)

func main() {
	base := errors.New("base")
	one := fmt.Errorf("one: %w", base)
	two := fmt.Errorf("two: %w", one)
	fmt.Println(errors.Unwrap(two), errors.Unwrap(one), errors.Unwrap(base), errors.Unwrap(nil))
	fmt.Println(errors.Unwrap(errors.Join(one, two)), errors.Unwrap(fmt.Errorf("%w %w", one, two)), errors.Unwrap(fmt.Errorf("%v", one)))
}
