// Is walks through wrapped errors, of Errorf and Join.
package main

import (
	"errors"
	"fmt"
)

func main() {
	base, other := errors.New("base"), errors.New("other")
	wrapped := fmt.Errorf("wrapped: %w", base)
	twice := fmt.Errorf("twice: %w", wrapped)
	joined := errors.Join(other, twice)
	plain := fmt.Errorf("plain: %v", base)
	for _, e := range []error{base, wrapped, twice, joined, plain, other, nil} {
		fmt.Println(errors.Is(e, base), errors.Is(e, other), errors.Is(e, wrapped), errors.Is(e, nil))
	}
}
