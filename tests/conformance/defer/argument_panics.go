// A panic while the arguments are evaluated: that call is not registered, earlier ones run.
package main

import "fmt"

func bad() int { panic("in argument") }

func show(v int) { fmt.Println("must not run", v) }

func main() {
	defer func() { fmt.Println("recovered:", recover()) }()
	defer fmt.Println("earlier")
	defer show(bad())
	fmt.Println("not reached")
}
