// os.Exit ends with its status at once.
package main

import (
	"fmt"
	"os"
)

func main() {
	defer fmt.Println("no")
	os.Exit(3)
}
