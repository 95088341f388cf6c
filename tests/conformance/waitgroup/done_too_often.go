// One Done too many, uncaught: the text, the frames of the package and the status.
package main

import (
	"fmt"
	"sync"
)

func worker(wg *sync.WaitGroup) {
	wg.Done()
	wg.Done()
}

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	worker(&wg)
	fmt.Println("not reached")
}
