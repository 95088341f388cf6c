// A deferred method recovers, by value and by pointer; a method that it calls does not (unless Go inlines the one between).
package main

import "fmt"

type T struct{ name string }

func (t T) Value()    { fmt.Println(t.name, "value:", recover()) }
func (t *T) Pointer() { fmt.Println(t.name, "pointer:", recover()) }

//go:noinline
func (t *T) Indirect() { t.Pointer() }

func try(which int) {
	defer func() { fmt.Println("left over:", recover()) }()
	t := &T{"t"}
	switch which {
	case 0:
		defer t.Value()
	case 1:
		defer t.Pointer()
	case 2:
		defer t.Indirect()
	}
	panic(which)
}

func main() {
	try(0)
	try(1)
	try(2)
}
