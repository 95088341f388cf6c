// print and println may be deferred and started with go; arguments are taken at the statement.
package main

func main() {
	n := 1
	defer println("deferred", n)
	defer print("a", n, "\n")
	n = 2
	done := make(chan bool)
	go func() {
		println("in goroutine", n)
		close(done)
	}()
	<-done
	println("end", n)
}
