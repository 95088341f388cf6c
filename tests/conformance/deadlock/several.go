// Every goroutine is listed, in the order of creation, with its own wait reason and argument.
package main

func main() {
	ch := make(chan int)
	for i := 0; i < 3; i++ {
		go func(i int) {
			ch <- i
			select {}
		}(i)
	}
	<-ch
	<-ch
	<-ch
	<-ch
}
