// LoadOrStore keeps what is there.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	fmt.Println(m.LoadOrStore("k", 1))
	fmt.Println(m.LoadOrStore("k", 2))
	m.Delete("k")
	fmt.Println(m.LoadOrStore("k", 3))
}
