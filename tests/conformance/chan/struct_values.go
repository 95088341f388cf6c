// Values are copied: what is sent is what arrives, whatever the sender does to its own afterwards.
package main

import "fmt"

type point struct {
	x, y int
	name string
}

func main() {
	ch := make(chan point, 2)
	p := point{1, 2, "p"}
	ch <- p
	p.x, p.name = 100, "changed"
	ch <- p
	a, b := <-ch, <-ch
	fmt.Println(a.x, a.y, a.name)
	fmt.Println(b.x, b.y, b.name)
}
