// Stack, called directly, has its own frame alone on top.
package main

import (
	"os"
	"runtime/debug"
)

func main() { os.Stderr.Write(debug.Stack()) }
