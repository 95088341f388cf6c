// Durations of zero and below fire at once.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, d := range []time.Duration{0, -1, -time.Hour, -1 << 63} {
		<-time.After(d)
		<-time.NewTimer(d).C
		done := make(chan bool)
		time.AfterFunc(d, func() { close(done) })
		<-done
		time.Sleep(d)
		fmt.Println(d)
	}
}
