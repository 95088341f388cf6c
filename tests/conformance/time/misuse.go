// Misuses of timers and tickers are panics with these texts.
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
	try(func() { time.NewTicker(0) })
	try(func() { time.NewTicker(time.Hour).Reset(-1) })
	try(func() { (&time.Timer{}).Stop() })
	try(func() { (&time.Timer{}).Reset(1) })
	try(func() { (&time.Ticker{}).Reset(1) })
}
