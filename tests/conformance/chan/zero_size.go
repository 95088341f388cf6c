// Elements of size zero count all the same.
package main

import "fmt"

func main() {
	ch := make(chan struct{}, 3)
	ch <- struct{}{}
	ch <- struct{}{}
	fmt.Println(len(ch), cap(ch))
	<-ch
	close(ch)
	_, ok := <-ch
	fmt.Println(ok)
	_, ok = <-ch
	fmt.Println(ok)
}
