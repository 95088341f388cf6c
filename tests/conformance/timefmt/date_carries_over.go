// Date takes values outside their ranges.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, v := range [][7]int{{2011, 11, 6, 8, 0, 0, 0}, {2011, 11, 6, 7, 59, 60, 0}, {2011, 11, 6, 7, 0, 3600, 0}, {2011, 10, 37, 8, 0, 0, 0}, {2012, -1, 6, 8, 0, 0, 0},
		{2011, 11, -3, 0, 0, 0, -1}, {2011, 14, 31, 25, 61, 61, 1000000001}, {-400, 3, 0, 0, 0, 0, 0}, {2100, 2, 29, 0, 0, 0, 0}} {
		fmt.Println(time.Date(v[0], time.Month(v[1]), v[2], v[3], v[4], v[5], v[6], time.UTC))
	}
}
