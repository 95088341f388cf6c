// A stopped ticker wakes nobody: all goroutines are asleep.
package main

import "time"

func main() {
	t := time.NewTicker(time.Hour)
	t.Stop()
	<-t.C
}
