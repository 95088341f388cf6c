// A hundred thousand deferred calls of one function all run, newest first.
package main

import "fmt"

func count() (n, last int) {
	last = -1
	for i := 0; i < 100000; i++ {
		defer func(i int) {
			n++
			last = i
		}(i)
	}
	return
}

func main() {
	n, last := count()
	fmt.Println(n, last)
}
