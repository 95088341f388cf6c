// Wait on a Cond without L is a nil dereference.
package main

import (
	"fmt"
	"sync"
)

func main() {
	defer func() { fmt.Println(recover()) }()
	var c sync.Cond
	c.Signal()
	c.Wait()
}
