// An uncaught panic in AfterFunc's function: its goroutine was created by time.goFunc.
package main

import "time"

func late() {
	panic("too late")
}

func main() {
	time.AfterFunc(time.Millisecond, late)
	time.Sleep(time.Minute)
}
