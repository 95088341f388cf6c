// A send case on a closed channel panics when it is chosen; the panic may be recovered.
package main

import "fmt"

func f() (result string) {
	defer func() { result = fmt.Sprint(recover()) }()
	ch := make(chan int)
	close(ch)
	select {
	case ch <- 1:
		return "sent"
	}
}

func main() { fmt.Println(f()) }
