// A worker that forgot Done: main waits for ever, and the trace says for what.
package main

import "sync"

func main() {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		wg.Done()
	}()
	wg.Wait()
}
