// Counts since 1970, to and fro.
package main

import (
	"fmt"
	"time"
)

func main() {
	for _, s := range []int64{0, 1, -1, 1700000000, -62135596800, 253402300799} {
		t := time.Unix(s, 123456789).UTC()
		fmt.Println(t, t.Unix(), t.UnixMilli(), t.UnixMicro(), t.Nanosecond())
	}
	fmt.Println(time.Unix(0, -1).UTC(), time.Unix(1, 5e9).UTC(), time.UnixMilli(-1).UTC(), time.UnixMicro(1234567).UTC())
	fmt.Println(time.Unix(1700000000, 1).UnixNano())
}
