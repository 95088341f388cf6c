// Errorf: types and texts with no, one and several %w, and with mistakes.
package main

import (
	"errors"
	"fmt"
)

func main() {
	a, b := errors.New("a"), errors.New("b")
	for _, e := range []error{fmt.Errorf("plain %d", 1), fmt.Errorf("%w", a), fmt.Errorf("%w and %w", a, b), fmt.Errorf("%w", nil), fmt.Errorf("%w", 7),
		fmt.Errorf("%[2]w %[1]w", a, b), fmt.Errorf("%w"), fmt.Errorf("%v", a, b)} {
		fmt.Printf("%T %v %t %t\n", e, e, errors.Is(e, a), errors.Is(e, b))
	}
}
