package main

import "time"

func generate(out chan<- int) {
	for i := 2; ; i++ {
		out <- i
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for {
		i := <-in
		if i%prime != 0 {
			out <- i
		}
	}
}

func sieve2000() float64 {
	t := time.Now()
	ch := make(chan int)
	go generate(ch)
	prime := 0
	for i := 0; i < 2000; i++ {
		prime = <-ch
		next := make(chan int)
		go filter(ch, next, prime)
		ch = next
	}
	s := time.Since(t).Seconds()
	if prime != 17389 {
		panic("bad prime")
	}
	return s
}

var sieveRows = []row{{"sieve_2000", "s", sieve2000}}
