// Main returns while another goroutine's panic still runs a long deferred call: nothing is printed.
package main

import "time"

func main() {
	go func() {
		defer func() { time.Sleep(time.Minute) }()
		panic("A")
	}()
	time.Sleep(5 * time.Millisecond)
}
