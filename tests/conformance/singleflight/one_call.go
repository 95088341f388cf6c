// One call for all that ask meanwhile; its result is shared.
package main

import (
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/singleflight"
)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

func main() {
	var g singleflight.Group
	calls := 0
	gate, in := make(chan bool), make(chan bool, 1)
	slow := func() (any, error) {
		calls++
		in <- true
		<-gate
		return "value", nil
	}
	type result struct {
		v      any
		err    error
		shared bool
	}
	out := make(chan result)
	for i := 0; i < 3; i++ {
		go func() {
			v, err, shared := g.Do("k", slow)
			out <- result{v, err, shared}
		}()
	}
	<-in
	waitFor(2, "[semacquire]")
	close(gate)
	for i := 0; i < 3; i++ {
		r := <-out
		fmt.Println(r.v, r.err, r.shared)
	}
	fmt.Println(calls)
}
