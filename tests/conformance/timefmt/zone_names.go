// Parse knows every abbreviation that the local zone ever had: with the offset of the time itself, or the first one.

//gort:env TZ=Europe/Moscow

package main

import (
	"fmt"
	"time"
)

func main() {
	for _, s := range []string{"Mon, 05 Feb 2024 10:00:00 MSK", "Mon, 05 Feb 2024 10:00:00 MSD", "Sun, 05 Feb 2012 10:00:00 MSK",
		"Fri, 05 Jul 2002 10:00:00 MSD", "Fri, 05 Jul 2002 10:00:00 MSK", "Mon, 05 Feb 2024 10:00:00 CET"} {
		t, err := time.Parse(time.RFC1123, s)
		fmt.Println(t, t.Unix(), err)
	}
}
