// A deadlock is a fatal error: no deferred call runs.
package main

func main() {
	defer println("not printed")
	defer func() { recover() }()
	<-make(chan int)
}
