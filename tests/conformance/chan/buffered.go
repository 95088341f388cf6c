// A buffered channel is first in, first out, and holds cap values without a receiver.
package main

import "fmt"

func main() {
	ch := make(chan string, 3)
	fmt.Println(len(ch), cap(ch))
	ch <- "a"
	ch <- "b"
	ch <- "c"
	fmt.Println(len(ch), cap(ch))
	fmt.Println(<-ch, len(ch))
	ch <- "d"
	fmt.Println(<-ch, <-ch, <-ch, len(ch))
}
