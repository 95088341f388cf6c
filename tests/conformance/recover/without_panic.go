// recover is nil without a panic: in a deferred call of a normal return, and in plain code.
package main

import "fmt"

func main() {
	fmt.Println(recover())
	defer func() { fmt.Println("deferred:", recover()) }()
	func() { fmt.Println("literal:", recover()) }()
}
