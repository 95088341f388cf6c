// Stop and Reset of a Timer that was not made by NewTimer or AfterFunc.
package main

import (
	"fmt"
	"time"
)

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	var t time.Timer
	var k time.Ticker
	try(func() { t.Stop() })
	try(func() { t.Reset(1) })
	try(func() { k.Reset(1) })
	try(func() { k.Stop() })
}
