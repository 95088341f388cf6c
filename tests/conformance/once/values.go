// OnceValues returns two results.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	parse := sync.OnceValues(func() (time.Duration, error) {
		fmt.Println("parsing")
		return time.ParseDuration("90")
	})
	for i := 0; i < 2; i++ {
		d, err := parse()
		fmt.Println(d, err)
	}
}
