// A recovered error that is thrown again.
package main

import "errors"

func main() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic(errors.New("e1"))
}
