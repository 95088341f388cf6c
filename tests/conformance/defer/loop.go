// A defer in a loop registers one call per turn; they run when the function ends, not the loop.
package main

import "fmt"

func main() {
	for i := 0; i < 4; i++ {
		defer fmt.Println("deferred", i)
	}
	fmt.Println("loop done")
}
