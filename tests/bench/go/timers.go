package main

import (
	"math/rand"
	"slices"
	"sync"
	"time"
)

const timers = 3000000

func nop() {}

func timerCreateStop() float64 {
	t := time.Now()
	for i := 0; i < timers; i++ {
		time.AfterFunc(time.Hour, nop).Stop()
	}
	return nsPer(t, timers)
}

func timerReset() float64 {
	tm := time.NewTimer(time.Hour)
	t := time.Now()
	for i := 0; i < timers; i++ {
		tm.Reset(time.Hour + time.Duration(i&1023))
	}
	ns := nsPer(t, timers)
	tm.Stop()
	return ns
}

func timerCreateStop100kLive() float64 {
	live := make([]*time.Timer, 100000)
	for i := range live {
		live[i] = time.AfterFunc(time.Hour+time.Duration(rand.Intn(1e9)), nop)
	}
	t := time.Now()
	for i := 0; i < timers; i++ {
		time.AfterFunc(time.Hour+time.Duration(i%1000000)*1000, nop).Stop()
	}
	ns := nsPer(t, timers)
	for i := range live {
		live[i].Stop()
	}
	return ns
}

type sleepFigures struct{ cpuPerSleep, wall, p50, p99, max float64 }

func sleepTest(g, rounds int) (f sleepFigures) {
	late := make([][]int32, g)
	for i := range late {
		late[i] = make([]int32, rounds)
	}
	var wg sync.WaitGroup
	start := make(chan bool)
	for i := 0; i < g; i++ {
		wg.Add(1)
		go func() {
			rng := uint64(i)*0x9E3779B97F4A7C15 + 12345
			<-start
			for r := 0; r < rounds; r++ {
				rng ^= rng << 13
				rng ^= rng >> 7
				rng ^= rng << 17
				d := time.Millisecond + time.Duration(rng%99000)*time.Microsecond
				t := time.Now()
				time.Sleep(d)
				late[i][r] = int32((time.Since(t) - d).Microseconds())
			}
			wg.Done()
		}()
	}
	time.Sleep(50 * time.Millisecond)
	cpu := cpuTime()
	t := time.Now()
	close(start)
	wg.Wait()
	f.wall = time.Since(t).Seconds()
	f.cpuPerSleep = float64((cpuTime() - cpu).Nanoseconds()) / float64(g*rounds)
	all := slices.Concat(late...)
	slices.Sort(all)
	f.p50 = float64(all[len(all)/2])
	f.p99 = float64(all[len(all)*99/100])
	f.max = float64(all[len(all)-1])
	return f
}

func sleepRows(name string, g, rounds int) []row {
	return []row{
		{name + "_cpu_per_sleep", "ns", func() float64 { return sleepTest(g, rounds).cpuPerSleep }},
		{name + "_wall", "s", func() float64 { return sleepTest(g, rounds).wall }},
		{name + "_late_p50", "us", func() float64 { return sleepTest(g, rounds).p50 }},
		{name + "_late_p99", "us", func() float64 { return sleepTest(g, rounds).p99 }},
		{name + "_late_max", "us", func() float64 { return sleepTest(g, rounds).max }},
	}
}

var timerRows = join(
	[]row{
		{"timer_create_stop", "ns", timerCreateStop},
		{"timer_reset", "ns", timerReset},
		{"timer_create_stop_100k_live", "ns", timerCreateStop100kLive},
	},
	sleepRows("sleep100k", 100000, 5),
	sleepRows("sleep10k", 10000, 10),
	sleepRows("sleep100", 100, 20),
	sleepRows("sleep1", 1, 20),
)
