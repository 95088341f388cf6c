// A panic in a function that a timer started: its goroutine has the timer as its creator.
package main

import "time"

func main() {
	time.AfterFunc(time.Millisecond, func() { panic("in timer") })
	time.Sleep(time.Minute)
}
