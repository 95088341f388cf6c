// ParseInLocation reads times without a zone in a Location.
package main

import (
	"fmt"
	"time"
)

func main() {
	loc := time.FixedZone("EST", -5*3600)
	for _, v := range []string{"2012-07-09 05:02 EST", "2012-07-09 05:02 CEST"} {
		t, err := time.ParseInLocation("2006-01-02 15:04 MST", v, loc)
		fmt.Println(t, err)
	}
	fmt.Println(time.ParseInLocation(time.DateTime, "2012-07-09 05:02:03", loc))
	fmt.Println(time.ParseInLocation(time.DateTime, "x", loc))
}
