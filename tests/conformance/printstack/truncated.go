// runtime.Stack fills the buffer and says how much it wrote.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	buf := make([]byte, 30)
	n := runtime.Stack(buf, false)
	fmt.Println(n)
	fmt.Println(string(buf[:n]))
}
