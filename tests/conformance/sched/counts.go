// NumGoroutine counts user goroutines; GOMAXPROCS returns the setting before.

//gort:env GOMAXPROCS=2

package main

import (
	"fmt"
	"runtime"
)

func main() {
	fmt.Println(runtime.NumGoroutine())
	stop := make(chan bool)
	for i := 0; i < 5; i++ {
		go func() { <-stop }()
	}
	fmt.Println(runtime.NumGoroutine())
	fmt.Println(runtime.GOMAXPROCS(3), runtime.GOMAXPROCS(-1), runtime.GOMAXPROCS(0))
	close(stop)
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
	fmt.Println(runtime.NumGoroutine())
}
