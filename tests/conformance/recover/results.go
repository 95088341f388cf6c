// What a recovered function returns: the named result as it stands, zero for an unnamed one.
package main

import "fmt"

func namedResult() (x int, s string) {
	defer func() { recover() }()
	x, s = 21, "set"
	panic("z")
}

func changed() (x int) {
	defer func() {
		if recover() != nil {
			x = -1
		}
	}()
	x = 5
	panic("z")
}

func unnamed() int {
	defer func() { recover() }()
	panic("z")
}

func returning() (x int) {
	defer func() { recover() }()
	defer func() { panic("after return") }()
	return 9
}

func main() {
	x, s := namedResult()
	fmt.Println(x, s, changed(), unnamed(), returning())
}
