// A recovered value that its deferred call throws again: the first is marked as recovered.
package main

func main() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic("first")
}
