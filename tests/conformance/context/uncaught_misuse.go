// A nil parent, uncaught. (The trace differs in the words of the Context, an interface in Go.)

//gort:case nil -
//gort:head nil

package main

import "context"

func main() {
	context.WithCancel(nil)
}
