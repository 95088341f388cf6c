// Date and In without a Location panic.
package main

import (
	"fmt"
	"time"
)

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	try(func() { time.Date(2000, 1, 1, 0, 0, 0, 0, nil) })
	try(func() { time.Now().In(nil) })
}
