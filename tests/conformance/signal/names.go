// The texts of signals.
package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	fmt.Println(os.Interrupt, os.Kill)
	for i := 0; i < 36; i++ {
		fmt.Println(i, syscall.Signal(i))
	}
	fmt.Printf("%v %s %d %T\n", syscall.SIGTERM, syscall.SIGTERM, syscall.SIGTERM, syscall.SIGTERM)
}
