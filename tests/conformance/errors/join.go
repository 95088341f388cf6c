// Join drops nil, has one line an error, and wraps them all.
package main

import (
	"errors"
	"fmt"
)

func main() {
	a, b := errors.New("a"), errors.New("b")
	fmt.Println(errors.Join() == nil, errors.Join(nil, nil) == nil)
	for _, e := range []error{errors.Join(a), errors.Join(a, nil, b), errors.Join(errors.Join(a, b), a)} {
		fmt.Printf("%q %T\n", e, e)
		fmt.Println(errors.Is(e, a), errors.Is(e, b))
	}
}
