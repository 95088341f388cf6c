package main

import (
	"sync"
	"time"
)

func chanPingpong() float64 {
	const n = 3000000
	a, b := make(chan int), make(chan int)
	go func() {
		for v := range a {
			b <- v
		}
		close(b)
	}()
	t := time.Now()
	for i := 0; i < n; i++ {
		a <- i
		<-b
	}
	ns := nsPer(t, n)
	close(a)
	return ns
}

// stream has one producer and one consumer.
func stream(n, size int) float64 {
	c := make(chan int, size)
	t := time.Now()
	go func() {
		for i := 0; i < n; i++ {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
	return nsPer(t, n)
}

func chanUncontended() float64 {
	const n = 20000000
	c := make(chan int, 1)
	t := time.Now()
	for i := 0; i < n; i++ {
		c <- i
		<-c
	}
	return nsPer(t, n)
}

func mpmc(size int) float64 {
	const n = 4000000
	c := make(chan int, size)
	var wp, wc sync.WaitGroup
	t := time.Now()
	for i := 0; i < 4; i++ {
		wp.Add(1)
		go func() {
			for j := 0; j < n/4; j++ {
				c <- j
			}
			wp.Done()
		}()
		wc.Add(1)
		go func() {
			for range c {
			}
			wc.Done()
		}()
	}
	wp.Wait()
	close(c)
	wc.Wait()
	return nsPer(t, n)
}

func eight(size int, filled bool) (c [8]chan int) {
	for i := range c {
		c[i] = make(chan int, size)
		if filled {
			c[i] <- 1
		}
	}
	return c
}

func select2Ready() float64 {
	const n = 10000000
	c := eight(1, true)
	t := time.Now()
	for i := 0; i < n; i++ {
		select {
		case v := <-c[0]:
			c[0] <- v
		case v := <-c[1]:
			c[1] <- v
		}
	}
	return nsPer(t, n)
}

func select8Ready() float64 {
	const n = 10000000
	c := eight(1, true)
	t := time.Now()
	for i := 0; i < n; i++ {
		select {
		case v := <-c[0]:
			c[0] <- v
		case v := <-c[1]:
			c[1] <- v
		case v := <-c[2]:
			c[2] <- v
		case v := <-c[3]:
			c[3] <- v
		case v := <-c[4]:
			c[4] <- v
		case v := <-c[5]:
			c[5] <- v
		case v := <-c[6]:
			c[6] <- v
		case v := <-c[7]:
			c[7] <- v
		}
	}
	return nsPer(t, n)
}

func select1Default() float64 {
	const n = 50000000
	c := eight(1, false)
	t := time.Now()
	for i := 0; i < n; i++ {
		select {
		case <-c[0]:
		default:
		}
	}
	return nsPer(t, n)
}

func select2Default() float64 {
	const n = 10000000
	c := eight(1, false)
	t := time.Now()
	for i := 0; i < n; i++ {
		select {
		case <-c[0]:
		case <-c[1]:
		default:
		}
	}
	return nsPer(t, n)
}

func select8Default() float64 {
	const n = 10000000
	c := eight(1, false)
	t := time.Now()
	for i := 0; i < n; i++ {
		select {
		case <-c[0]:
		case <-c[1]:
		case <-c[2]:
		case <-c[3]:
		case <-c[4]:
		case <-c[5]:
		case <-c[6]:
		case <-c[7]:
		default:
		}
	}
	return nsPer(t, n)
}

const blocking = 3000000

// rotate sends to the first k channels in turn.
func rotate(c [8]chan int, k int) {
	for i := 0; i < blocking; i++ {
		c[i&(k-1)] <- i
	}
}

func select2Block() float64 {
	c := eight(0, false)
	t := time.Now()
	go rotate(c, 2)
	for i := 0; i < blocking; i++ {
		select {
		case <-c[0]:
		case <-c[1]:
		}
	}
	return nsPer(t, blocking)
}

func select8Block() float64 {
	c := eight(0, false)
	t := time.Now()
	go rotate(c, 8)
	for i := 0; i < blocking; i++ {
		select {
		case <-c[0]:
		case <-c[1]:
		case <-c[2]:
		case <-c[3]:
		case <-c[4]:
		case <-c[5]:
		case <-c[6]:
		case <-c[7]:
		}
	}
	return nsPer(t, blocking)
}

func answer(a, b, quit chan int) {
	for {
		select {
		case v := <-a:
			select {
			case b <- v:
			case <-quit:
				return
			}
		case <-quit:
			return
		}
	}
}

func select2Pingpong() float64 {
	const n = 2000000
	a, b, quit := make(chan int), make(chan int), make(chan int)
	go answer(a, b, quit)
	t := time.Now()
	for i := 0; i < n; i++ {
		select {
		case a <- i:
		case <-quit:
		}
		select {
		case <-b:
		case <-quit:
		}
	}
	ns := nsPer(t, n)
	close(quit)
	return ns
}

var chanRows = []row{
	{"chan_pingpong", "ns", chanPingpong},
	{"chan_buf128", "ns", func() float64 { return stream(10000000, 128) }},
	{"chan_unbuf_stream", "ns", func() float64 { return stream(5000000, 0) }},
	{"chan_uncontended_send_recv", "ns", chanUncontended},
	{"chan_mpmc4x4_cap0", "ns", func() float64 { return mpmc(0) }},
	{"chan_mpmc4x4_cap128", "ns", func() float64 { return mpmc(128) }},
	{"select1_default", "ns", select1Default},
	{"select2_ready", "ns", select2Ready},
	{"select8_ready", "ns", select8Ready},
	{"select2_default", "ns", select2Default},
	{"select8_default", "ns", select8Default},
	{"select2_block", "ns", select2Block},
	{"select8_block", "ns", select8Block},
	{"select2_pingpong", "ns", select2Pingpong},
}
