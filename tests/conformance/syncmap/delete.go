// Delete and LoadAndDelete, also of what is not there.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	m.Delete("none")
	fmt.Println(m.LoadAndDelete("none"))
	m.Store("k", 7)
	fmt.Println(m.LoadAndDelete("k"))
	fmt.Println(m.LoadAndDelete("k"))
	m.Store("k", 8)
	m.Delete("k")
	fmt.Println(m.Load("k"))
}
