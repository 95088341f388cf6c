// As finds the first error of a type and copies it out.
package main

import (
	"errors"
	"fmt"
)

type notFound struct{ key string }

func (e notFound) Error() string { return "not found: " + e.key }

type denied struct{ who string }

func (e denied) Error() string { return "denied: " + e.who }

func main() {
	err := errors.Join(errors.New("x"), fmt.Errorf("get: %w", notFound{"a"}), notFound{"b"})
	var nf notFound
	fmt.Println(errors.As(err, &nf), nf.key)
	var d denied
	fmt.Println(errors.As(err, &d), d.who == "")
	fmt.Println(errors.As(nil, &d))
}
