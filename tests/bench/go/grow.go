package main

import (
	"sync"
	"time"
)

//go:noinline
func recurse(d int, pad [96]byte) int {
	if d == 0 {
		return int(pad[3])
	}
	pad[d&63]++
	return recurse(d-1, pad) + int(pad[5])
}

func growSpawn(d int) float64 {
	const n = 100000
	t := time.Now()
	for i := 0; i < n/100; i++ {
		var wg sync.WaitGroup
		wg.Add(100)
		for j := 0; j < 100; j++ {
			go func() {
				recurse(d, [96]byte{})
				wg.Done()
			}()
		}
		wg.Wait()
	}
	return nsPer(t, n)
}

func recurseD300Warm() (ns float64) {
	const n = 100000
	done := make(chan int)
	go func() {
		sink += recurse(300, [96]byte{})
		t := time.Now()
		for i := 0; i < n; i++ {
			sink += recurse(300, [96]byte{})
		}
		ns = nsPer(t, n)
		done <- 1
	}()
	<-done
	return ns
}

var growRows = []row{
	{"grow_spawn_d1", "ns", func() float64 { return growSpawn(1) }},
	{"grow_spawn_d10", "ns", func() float64 { return growSpawn(10) }},
	{"grow_spawn_d300", "ns", func() float64 { return growSpawn(300) }},
	{"recurse_d300_warm", "ns", recurseD300Warm},
}
