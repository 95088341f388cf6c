// Errors are equal only to themselves.
package main

import (
	"errors"
	"fmt"
)

func main() {
	a, b := errors.New("same"), errors.New("same")
	c := a
	fmt.Println(a == b, a == c, a, b.Error())
	fmt.Printf("%v %s %q %T\n", a, a, a, a)
	var err error
	fmt.Println(err == nil, err)
}
