// ErrUnsupported and its text.
package main

import (
	"errors"
	"fmt"
)

func main() {
	err := fmt.Errorf("chmod: %w", errors.ErrUnsupported)
	fmt.Println(err, errors.Is(err, errors.ErrUnsupported))
}
