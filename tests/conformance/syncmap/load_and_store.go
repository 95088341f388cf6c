// Load says whether there is a value; Store replaces it; a stored nil is a value.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	fmt.Println(m.Load("a"))
	m.Store("a", 1)
	fmt.Println(m.Load("a"))
	m.Store("a", "two")
	fmt.Println(m.Load("a"))
	m.Store("n", nil)
	fmt.Println(m.Load("n"))
}
