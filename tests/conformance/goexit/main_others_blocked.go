// Main has gone by Goexit and every other goroutine is blocked: an ordinary deadlock report without goroutine 1.
package main

import "runtime"

func main() {
	go func() { select {} }()
	runtime.Goexit()
}
