package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type parkedFigures struct{ create, rss, wakeAll, peakRSS float64 }

func parked() (f parkedFigures) {
	const n = 1000000
	runtime.GC()
	before := status("VmRSS")
	ch := make(chan int)
	var wg sync.WaitGroup
	var up atomic.Int64
	wg.Add(n)
	t := time.Now()
	for i := 0; i < n; i++ {
		go func() {
			up.Add(1)
			<-ch
			wg.Done()
		}()
	}
	for up.Load() != n {
		runtime.Gosched()
	}
	f.create = nsPer(t, n)
	time.Sleep(20 * time.Millisecond)
	f.rss = (status("VmRSS") - before) * 1024 / n
	t = time.Now()
	close(ch)
	wg.Wait()
	f.wakeAll = nsPer(t, n)
	f.peakRSS = status("VmHWM") / 1024
	return f
}

var parkedRows = []row{
	{"parked_create", "ns", func() float64 { return parked().create }},
	{"parked_rss", "B", func() float64 { return parked().rss }},
	{"parked_wake_all", "ns", func() float64 { return parked().wakeAll }},
	{"parked_peak_rss", "MiB", func() float64 { return parked().peakRSS }},
}
