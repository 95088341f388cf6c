// AfterFunc on a context that is never done: its function does not run, its stop works.
package main

import (
	"context"
	"fmt"
	"time"
)

func main() {
	stop := context.AfterFunc(context.Background(), func() { fmt.Println("never") })
	time.Sleep(2 * time.Millisecond)
	fmt.Println(stop(), stop())
}
