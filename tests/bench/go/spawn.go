package main

import (
	"sync"
	"time"
)

const (
	aMillion = 1000000
	aFew     = 500000
)

func million() float64 {
	var wg sync.WaitGroup
	t := time.Now()
	for i := 0; i < aMillion; i++ {
		wg.Add(1)
		go func() { wg.Done() }()
	}
	wg.Wait()
	return nsPer(t, aMillion)
}

func spawnWarm() float64 {
	million()
	return million()
}

func spawnPeakRSS() float64 {
	million()
	million()
	return status("VmHWM") / 1024
}

func spawnJoin1() float64 {
	ch := make(chan bool)
	t := time.Now()
	for i := 0; i < aFew; i++ {
		go func() { ch <- true }()
		<-ch
	}
	return nsPer(t, aFew)
}

func spawnBatch100() float64 {
	t := time.Now()
	for i := 0; i < aFew/100; i++ {
		var wg sync.WaitGroup
		wg.Add(100)
		for j := 0; j < 100; j++ {
			go func() { wg.Done() }()
		}
		wg.Wait()
	}
	return nsPer(t, aFew)
}

var spawnRows = []row{
	{"spawn_cold", "ns", million},
	{"spawn_warm", "ns", spawnWarm},
	{"spawn_peak_rss", "MiB", spawnPeakRSS},
	{"spawn_join1", "ns", spawnJoin1},
	{"spawn_batch100", "ns", spawnBatch100},
}
