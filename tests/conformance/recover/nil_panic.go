// panic(nil) throws a *runtime.PanicNilError, so recover is never nil after a panic.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	func() {
		defer func() {
			r := recover()
			_, isNil := r.(*runtime.PanicNilError)
			_, isError := r.(runtime.Error)
			fmt.Println(r, isNil, isError)
		}()
		panic(nil)
	}()
	var err error
	panic(err)
}
