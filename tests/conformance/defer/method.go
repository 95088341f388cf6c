// Deferring a method: the receiver is evaluated at the statement, by value or by pointer as the method has it.
package main

import "fmt"

type T struct{ name string }

func (t T) Value()    { fmt.Println("value", t.name) }
func (t *T) Pointer() { fmt.Println("pointer", t.name) }

func main() {
	t := T{"old"}
	defer t.Value()
	defer t.Pointer()
	f := t.Value
	defer f()
	t.name = "new"
	fmt.Println("body")
}
