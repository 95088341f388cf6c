// Cancelling reaches all descendants, and nobody above.
package main

import (
	"context"
	"fmt"
)

func main() {
	root, cancelRoot := context.WithCancel(context.Background())
	a, cancelA := context.WithCancel(root)
	b, cancelB := context.WithCancel(root)
	aa, cancelAA := context.WithCancel(context.WithValue(a, "k", "v"))
	defer cancelB()
	defer cancelAA()
	show := func() { fmt.Println(root.Err(), a.Err(), b.Err(), aa.Err()) }
	show()
	cancelA()
	show()
	cancelRoot()
	show()
}
