package main

import (
	"runtime"
	"sync"
	"time"
)

func yield(g, total int) float64 {
	var wg sync.WaitGroup
	wg.Add(g)
	start := make(chan bool)
	for i := 0; i < g; i++ {
		go func() {
			<-start
			for j := 0; j < total/g; j++ {
				runtime.Gosched()
			}
			wg.Done()
		}()
	}
	time.Sleep(2 * time.Millisecond)
	t := time.Now()
	close(start)
	wg.Wait()
	return nsPer(t, total)
}

var yieldRows = []row{
	{"yield_1", "ns", func() float64 { return yield(1, 5000000) }},
	{"yield_2", "ns", func() float64 { return yield(2, 10000000) }},
	{"yield_1000", "ns", func() float64 { return yield(1000, 10000000) }},
}
