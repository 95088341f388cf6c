package main

import (
	"io"
	"time"
)

var errBench = io.EOF

//go:noinline
func panicAt(d int) int {
	if d <= 1 {
		panic(errBench)
	}
	return panicAt(d-1) + 1
}

//go:noinline
func panicAtDefer(d int, p *int) int {
	defer incp(p)
	if d <= 1 {
		panic(errBench)
	}
	return panicAtDefer(d-1, p) + 1
}

//go:noinline
func fault(nowhere *int) { *nowhere = 1 }

//go:noinline
func catchFault() {
	defer func() { recover() }()
	fault(nil)
}

//go:noinline
func catchPanic(d int) {
	defer func() { recover() }()
	panicAt(d)
}

//go:noinline
func catchPanicDefer(d int, p *int) {
	defer func() { recover() }()
	panicAtDefer(d, p)
}

//go:noinline
func deepReturn(d int) int {
	if d <= 1 {
		return 1
	}
	return deepReturn(d-1) + 1
}

func panicRounds(d int) int { return min(2000000/d, 500000) }

func panicRecover(d int) func() float64 {
	return func() float64 {
		n := panicRounds(d)
		catchPanic(d)
		t := time.Now()
		for i := 0; i < n; i++ {
			catchPanic(d)
		}
		return nsPer(t, n)
	}
}

func panicRecoverDefer(d int) func() float64 {
	return func() float64 {
		n := panicRounds(d)
		catchPanicDefer(d, &sink)
		t := time.Now()
		for i := 0; i < n; i++ {
			catchPanicDefer(d, &sink)
		}
		return nsPer(t, n)
	}
}

func faultRecover() float64 {
	const n = 100000
	catchFault()
	t := time.Now()
	for i := 0; i < n; i++ {
		catchFault()
	}
	return nsPer(t, n)
}

func returnRow(d int) func() float64 {
	return func() float64 {
		n := panicRounds(d)
		t := time.Now()
		for i := 0; i < n; i++ {
			sink += deepReturn(d)
		}
		return nsPer(t, n)
	}
}

var panicRows = []row{
	{"panic_recover_d1", "ns", panicRecover(1)},
	{"panic_recover_d10", "ns", panicRecover(10)},
	{"panic_recover_d100", "ns", panicRecover(100)},
	{"panic_recover_defer_d1", "ns", panicRecoverDefer(1)},
	{"panic_recover_defer_d10", "ns", panicRecoverDefer(10)},
	{"panic_recover_defer_d100", "ns", panicRecoverDefer(100)},
	{"fault_recover", "ns", faultRecover},
	{"return_d1", "ns", returnRow(1)},
	{"return_d10", "ns", returnRow(10)},
	{"return_d100", "ns", returnRow(100)},
}
