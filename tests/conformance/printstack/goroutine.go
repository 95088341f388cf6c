// A goroutine's stack ends with who created it.
package main

import "runtime/debug"

func worker(done chan bool) {
	debug.PrintStack()
	close(done)
}

func start(done chan bool) { go worker(done) }

func main() {
	done := make(chan bool)
	start(done)
	<-done
	done = make(chan bool)
	go func() {
		debug.PrintStack()
		close(done)
	}()
	<-done
}
