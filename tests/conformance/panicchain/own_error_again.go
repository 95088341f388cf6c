// A recovered error of the program's own type, thrown again.
package main

type myErr struct{}

func (myErr) Error() string { return "myErr!" }

func main() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic(myErr{})
}
