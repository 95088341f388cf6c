// A nil parent, uncaught.
package main

import "context"

func main() {
	context.WithCancel(nil)
}
