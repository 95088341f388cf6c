// Every method panics on a copy made after the first use.
package main

import (
	"fmt"
	"sync"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func main() {
	var mu sync.Mutex
	c := sync.Cond{L: &mu}
	c.Signal()
	d := c
	try("Signal", d.Signal)
	try("Broadcast", d.Broadcast)
	try("Wait", d.Wait)
	try("original", c.Broadcast)
}
