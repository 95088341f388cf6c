package main

import (
	"runtime"
	"sync"
	"time"
)

//go:noinline
func incp(p *int) { *p++ }

//go:noinline
func deferOne(p *int) {
	defer incp(p)
	*p++
}

//go:noinline
func deferMany(p *int, n int) {
	for i := 0; i < n; i++ {
		defer incp(p)
	}
}

//go:noinline
func deferRecover(p *int) {
	defer func() { recover() }()
	*p++
}

func deferOpen() float64 {
	const n = 200000000
	t := time.Now()
	for i := 0; i < n; i++ {
		deferOne(&sink)
	}
	return nsPer(t, n)
}

func deferLoop10Each() float64 {
	const n = 20000000
	t := time.Now()
	for i := 0; i < n/10; i++ {
		deferMany(&sink, 10)
	}
	return nsPer(t, n)
}

func deferLoop1() float64 {
	const n = 20000000
	t := time.Now()
	for i := 0; i < n; i++ {
		deferMany(&sink, 1)
	}
	return nsPer(t, n)
}

func deferRecoverNoPanic() float64 {
	const n = 200000000
	t := time.Now()
	for i := 0; i < n; i++ {
		deferRecover(&sink)
	}
	return nsPer(t, n)
}

func batches(f func(wg *sync.WaitGroup)) float64 {
	const n = 500000
	var wg sync.WaitGroup
	t := time.Now()
	for i := 0; i < n/100; i++ {
		wg.Add(100)
		for j := 0; j < 100; j++ {
			go f(&wg)
		}
		wg.Wait()
	}
	return nsPer(t, n)
}

func goroutineDeferReturn() float64 {
	return batches(func(wg *sync.WaitGroup) { defer wg.Done() })
}

func goroutineDeferGoexit() float64 {
	return batches(func(wg *sync.WaitGroup) {
		defer wg.Done()
		runtime.Goexit()
	})
}

var deferRows = []row{
	{"defer_open", "ns", deferOpen},
	{"defer_loop10_each", "ns", deferLoop10Each},
	{"defer_loop1", "ns", deferLoop1},
	{"defer_recover_nopanic", "ns", deferRecoverNoPanic},
	{"goroutine_defer_return", "ns", goroutineDeferReturn},
	{"goroutine_defer_goexit", "ns", goroutineDeferGoexit},
}
