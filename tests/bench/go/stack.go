package main

import (
	"runtime"
	"runtime/debug"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

//go:noinline
func atDepth(d int, f func()) int {
	if d <= 1 {
		f()
		return 1
	}
	return atDepth(d-1, f) + 1
}

// deep runs f n times, d frames deep, and returns the nanoseconds of each.
func deep(d, n int, f func()) (ns float64) {
	atDepth(d, func() {
		t := time.Now()
		for i := 0; i < n; i++ {
			f()
		}
		ns = nsPer(t, n)
	})
	return ns
}

func traces(d int) int  { return 200000 / d }
func lookups(d int) int { return 20 * traces(d) }

func runtimeStack(d int) float64 {
	buf := make([]byte, 1<<16)
	return deep(d, traces(d), func() { sink += runtime.Stack(buf, false) })
}

func runtimeStackBytes(d int) float64 {
	buf := make([]byte, 1<<16)
	bytes := 0
	deep(d, 1, func() { bytes = runtime.Stack(buf, false) })
	return float64(bytes)
}

func debugStack(d int) float64 { return deep(d, traces(d), func() { debug.Stack() }) }

func runtimeCallers(d int) float64 {
	pcs := make([]uintptr, 256)
	return deep(d, lookups(d), func() { sink += runtime.Callers(0, pcs) })
}

func runtimeCallersPerFrame(d int) float64 {
	pcs := make([]uintptr, 256)
	k := 0
	ns := deep(d, lookups(d), func() { k = runtime.Callers(0, pcs) })
	return ns / float64(k)
}

func callersFramesPerFrame(d int) float64 {
	pcs := make([]uintptr, 256)
	k := 0
	atDepth(d, func() { k = runtime.Callers(0, pcs) })
	ns := deep(d, traces(d), func() {
		frames := runtime.CallersFrames(pcs[:k])
		for {
			f, more := frames.Next()
			sink += f.Line
			if !more {
				break
			}
		}
	})
	return ns / float64(k)
}

func runtimeCaller(d, skip int) float64 {
	return deep(d, lookups(d), func() {
		_, _, line, _ := runtime.Caller(skip)
		sink += line
	})
}

func allStacks(g int) (ms, mib float64) {
	ch := make(chan int)
	var up atomic.Int64
	var wg sync.WaitGroup
	for i := 0; i < g; i++ {
		wg.Add(1)
		go func() {
			atDepth(10, func() {
				up.Add(1)
				<-ch
			})
			wg.Done()
		}()
	}
	for up.Load() != int64(g) {
		runtime.Gosched()
	}
	time.Sleep(10 * time.Millisecond)
	big := make([]byte, 64<<20)
	var times []float64
	length := 0
	for i := 0; i < 5; i++ {
		t := time.Now()
		length = runtime.Stack(big, true)
		times = append(times, nsPer(t, 1)/1e6)
	}
	sort.Float64s(times)
	close(ch)
	wg.Wait()
	return times[2], float64(length) / 1048576
}

func atDepths(name, unit string, f func(d int) float64) []row {
	return []row{
		{name + "_d10", unit, func() float64 { return f(10) }},
		{name + "_d100", unit, func() float64 { return f(100) }},
	}
}

func join(parts ...[]row) (all []row) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

var stackRows = join(
	atDepths("runtime_Stack", "ns", runtimeStack),
	atDepths("runtime_Stack_bytes", "B", runtimeStackBytes),
	atDepths("debug_Stack", "ns", debugStack),
	atDepths("runtime_Callers", "ns", runtimeCallers),
	atDepths("runtime_Callers_per_frame", "ns", runtimeCallersPerFrame),
	atDepths("CallersFrames_per_frame", "ns", callersFramesPerFrame),
	atDepths("runtime_Caller0", "ns", func(d int) float64 { return runtimeCaller(d, 0) }),
	atDepths("runtime_Caller1", "ns", func(d int) float64 { return runtimeCaller(d, 1) }),
	[]row{
		{"runtime_Stack_all_1k", "ms", func() float64 { ms, _ := allStacks(1000); return ms }},
		{"runtime_Stack_all_10k", "ms", func() float64 { ms, _ := allStacks(10000); return ms }},
		{"runtime_Stack_all_bytes_10k", "MiB", func() float64 { _, mib := allStacks(10000); return mib }},
	},
)
