// Parse's errors.
package main

import (
	"errors"
	"fmt"
	"time"
)

func main() {
	for _, c := range [][2]string{{time.ANSIC, "Thu Feb  4 21:00:60 2010"}, {time.ANSIC, "Thu Feb  4 24:00:57 2010"}, {time.ANSIC, "Thu Feb 31 21:00:57 2010"},
		{time.RFC3339, "2006-01-02T15:04:05Z_abc"}, {time.RFC3339, "2006-01-02T15:04_abc"}, {time.RFC3339, "2006-01-02"}, {time.RFC3339, "hello"}, {time.RFC3339, ""},
		{time.RFC3339, "2023-02-29T00:00:00Z"}, {time.RFC3339, "2006-01-02T15:04:05+25:00"}, {"2006-002", "2010-366"}, {"2006-01-02 002 ", "2010-02-04 034 "}, {time.Kitchen, "13:04PM"},
		{time.Kitchen, "3:04XM"}, {"Mon Jan", "Thu Foo"}, {"Monday", "Thurs"}, {"2006", "20x6"}, {"MST", "xyz"}, {"-0700", "0700"}, {"Jan 2", "Jan 32"}, {"2006\n", "2006\"\x00"}} {
		t, err := time.Parse(c[0], c[1])
		fmt.Println(t.IsZero(), err)
	}
	_, err := time.Parse("2006", "x")
	var pe *time.ParseError
	fmt.Println(errors.As(err, &pe), pe.Layout, pe.Value, pe.LayoutElem, pe.ValueElem, pe.Message == "")
}
