// A deferred call panics when the function returns normally.
package main

func main() {
	defer func() { println("outer defer") }()
	defer func() {
		println("inner defer")
		panic("boom")
	}()
	println("body")
}
