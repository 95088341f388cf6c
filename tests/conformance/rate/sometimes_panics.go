// Do's function panics: the call does not count, and deferred calls may call Do.
package main

import (
	"fmt"

	"golang.org/x/time/rate"
)

func main() {
	s := rate.Sometimes{First: 2}
	func() {
		defer func() {
			s.Do(func() { fmt.Println("while it panics") })
			fmt.Println(recover())
		}()
		s.Do(func() { panic("first") })
	}()
	s.Do(func() { fmt.Println("second") })
	s.Do(func() { fmt.Println("third") })
	always := rate.Sometimes{Every: 1}
	always.Do(func() { panic("uncaught") })
}
