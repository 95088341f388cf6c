// A deferred call reads and changes the named result, also one that `return v` has just assigned.
package main

import "fmt"

func counter() (i int) {
	defer func() { i++ }()
	return 5
}

func doubled() (i int) {
	defer func() { i *= 2 }()
	defer func() { i += 10 }()
	i = 1
	return
}

func local() int {
	i := 7
	defer func() { i = 100 }()
	return i
}

func main() { fmt.Println(counter(), doubled(), local()) }
