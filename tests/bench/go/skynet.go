package main

import "time"

func skynet(c chan int, num, size, div int) {
	if size == 1 {
		c <- num
		return
	}
	rc := make(chan int)
	sum := 0
	for i := 0; i < div; i++ {
		go skynet(rc, num+i*(size/div), size/div, div)
	}
	for i := 0; i < div; i++ {
		sum += <-rc
	}
	c <- sum
}

func skynetOnce() float64 {
	c := make(chan int)
	t := time.Now()
	go skynet(c, 0, 1000000, 10)
	if <-c != 499999500000 {
		panic("bad skynet")
	}
	return time.Since(t).Seconds()
}

func skynetWarm() float64 {
	skynetOnce()
	return skynetOnce()
}

func skynetPeakRSS() float64 {
	skynetOnce()
	skynetOnce()
	return status("VmHWM") / 1024
}

var skynetRows = []row{
	{"skynet_cold", "s", skynetOnce},
	{"skynet_warm", "s", skynetWarm},
	{"skynet_peak_rss", "MiB", skynetPeakRSS},
}
