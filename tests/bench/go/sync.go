package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func mutexUncontended() float64 {
	const n = 100000000
	var m sync.Mutex
	t := time.Now()
	for i := 0; i < n; i++ {
		m.Lock()
		m.Unlock()
	}
	return nsPer(t, n)
}

func rwmutexRUncontended() float64 {
	const n = 50000000
	var m sync.RWMutex
	t := time.Now()
	for i := 0; i < n; i++ {
		m.RLock()
		m.RUnlock()
	}
	return nsPer(t, n)
}

func rwmutexWUncontended() float64 {
	const n = 50000000
	var m sync.RWMutex
	t := time.Now()
	for i := 0; i < n; i++ {
		m.Lock()
		m.Unlock()
	}
	return nsPer(t, n)
}

func waitgroupAddDone() float64 {
	const n = 50000000
	var wg sync.WaitGroup
	wg.Add(1)
	t := time.Now()
	for i := 0; i < n; i++ {
		wg.Add(1)
		wg.Done()
	}
	return nsPer(t, n)
}

func onceDone() float64 {
	const n = 50000000
	var o sync.Once
	o.Do(func() {})
	t := time.Now()
	for i := 0; i < n; i++ {
		o.Do(func() {})
	}
	return nsPer(t, n)
}

// par runs f total times on g goroutines and returns nanoseconds per call.
func par(g, total int, f func()) float64 {
	var wg sync.WaitGroup
	start := make(chan bool)
	for i := 0; i < g; i++ {
		wg.Add(1)
		go func() {
			<-start
			for j := 0; j < total/g; j++ {
				f()
			}
			wg.Done()
		}()
	}
	time.Sleep(time.Millisecond)
	t := time.Now()
	close(start)
	wg.Wait()
	return nsPer(t, total)
}

const contended = 8000000

func mutexContended8() float64 {
	var m sync.Mutex
	x := 0
	return par(8, contended, func() {
		m.Lock()
		x++
		m.Unlock()
	})
}

func mutexContended8Work() float64 {
	var m sync.Mutex
	s := 0
	return par(8, contended/4, func() {
		m.Lock()
		for k := 0; k < 50; k++ {
			s += k ^ s
		}
		m.Unlock()
		for k := 0; k < 50; k++ {
			sink += 0
		}
	})
}

func mutexContended8Yield() float64 {
	var m sync.Mutex
	return par(8, contended/8, func() {
		m.Lock()
		runtime.Gosched()
		m.Unlock()
	})
}

func rwmutexRContended8() float64 {
	var m sync.RWMutex
	return par(8, contended, func() {
		m.RLock()
		m.RUnlock()
	})
}

func rwmutexMixed8W10() float64 {
	var m sync.RWMutex
	var count atomic.Int64
	x := 0
	return par(8, contended/2, func() {
		if count.Add(1)%10 == 0 {
			m.Lock()
			x++
			m.Unlock()
		} else {
			m.RLock()
			_ = x
			m.RUnlock()
		}
	})
}

func condPingpong() float64 {
	const n = 2000000
	var m sync.Mutex
	c := sync.NewCond(&m)
	turn := 0
	var wg sync.WaitGroup
	wg.Add(2)
	t := time.Now()
	for id := 0; id < 2; id++ {
		go func() {
			for i := 0; i < n; i++ {
				m.Lock()
				for turn != id {
					c.Wait()
				}
				turn = 1 - id
				c.Signal()
				m.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	return nsPer(t, n)
}

var syncRows = []row{
	{"mutex_uncontended", "ns", mutexUncontended},
	{"rwmutex_r_uncontended", "ns", rwmutexRUncontended},
	{"rwmutex_w_uncontended", "ns", rwmutexWUncontended},
	{"waitgroup_add_done", "ns", waitgroupAddDone},
	{"once_done", "ns", onceDone},
	{"mutex_contended8", "ns", mutexContended8},
	{"mutex_contended8_work", "ns", mutexContended8Work},
	{"mutex_contended8_yield", "ns", mutexContended8Yield},
	{"rwmutex_r_contended8", "ns", rwmutexRContended8},
	{"rwmutex_mixed8_w10", "ns", rwmutexMixed8W10},
	{"cond_pingpong", "ns", condPingpong},
}
