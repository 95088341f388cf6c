// Notify with a nil channel panics.
package main

import (
	"fmt"
	"os/signal"
	"syscall"
)

func main() {
	defer func() { fmt.Println(recover()) }()
	signal.Notify(nil, syscall.SIGTERM)
}
