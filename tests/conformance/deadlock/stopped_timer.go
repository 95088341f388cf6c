// A stopped timer does not keep a deadlock from being reported.

//gort:env GOMAXPROCS=1

package main

import "time"

func main() {
	t := time.NewTimer(time.Hour)
	t.Stop()
	<-t.C
}
