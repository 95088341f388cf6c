// Unlock lets in the readers that wait, before the writer that queued first.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// waitFor waits until n goroutines are in a state of traces.
func waitFor(n int, state string) {
	buf := make([]byte, 1<<16)
	for strings.Count(string(buf[:runtime.Stack(buf, true)]), state) < n {
		runtime.Gosched()
	}
}

func main() {
	var mu sync.RWMutex
	var wg sync.WaitGroup
	in, leave := make(chan bool), make(chan bool)
	wg.Add(3)
	mu.Lock()
	go func() {
		mu.Lock()
		fmt.Println("writer")
		mu.Unlock()
		wg.Done()
	}()
	waitFor(1, "[sync.Mutex.Lock]")
	for i := 0; i < 2; i++ {
		go func() {
			mu.RLock()
			in <- true
			<-leave
			mu.RUnlock()
			wg.Done()
		}()
		waitFor(i+1, "[sync.RWMutex.RLock]")
	}
	mu.Unlock()
	for i := 0; i < 2; i++ {
		<-in
		fmt.Println("a reader has it:", !mu.TryLock())
	}
	close(leave)
	wg.Wait()
}
