// The local zone comes from TZ, with its changes to summer time.

//gort:env TZ=Europe/Berlin

package main

import (
	"fmt"
	"time"
)

func main() {
	for _, s := range []int64{0, 1711846799, 1711846800, 1729990799, 1729990800} {
		t := time.Unix(s, 0)
		fmt.Println(t, t.IsDST(), t.UTC())
	}
	fmt.Println(time.Date(2024, 7, 1, 12, 0, 0, 0, time.Local), time.Date(2024, 3, 31, 2, 30, 0, 0, time.Local).UTC())
	fmt.Println(time.Local)
	t, err := time.Parse("2006-01-02 15:04 -0700", "2024-07-01 12:00 +0200")
	fmt.Println(t, err)
}
