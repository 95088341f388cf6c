// Everything deferred runs, innermost function first, before an uncaught panic prints anything.
package main

func inner() {
	defer println("inner")
	panic("boom")
}

func outer() {
	defer println("outer")
	inner()
}

func main() {
	for i := 0; i < 3; i++ {
		defer println("main", i)
	}
	outer()
}
