// range receives until the channel is closed and drained.
package main

import "fmt"

func main() {
	ch := make(chan int)
	go func() {
		for i := 0; i < 5; i++ {
			ch <- i * i
		}
		close(ch)
	}()
	sum := 0
	for v := range ch {
		fmt.Println(v)
		sum += v
	}
	fmt.Println("sum", sum)
}
