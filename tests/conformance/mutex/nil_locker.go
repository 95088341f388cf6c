// Lock on a nil Locker is a nil dereference that can be recovered.
package main

import (
	"fmt"
	"sync"
)

func main() {
	defer func() { fmt.Println(recover()) }()
	var l sync.Locker
	l.Lock()
}
