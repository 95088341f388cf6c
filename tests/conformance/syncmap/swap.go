// Swap returns what was there before.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	fmt.Println(m.Swap("k", 1))
	fmt.Println(m.Swap("k", 2))
	fmt.Println(m.Load("k"))
}
