// AfterFunc runs its function once the context is done, on a goroutine of its own; stop prevents it.
package main

import (
	"context"
	"fmt"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan string, 3)
	stopA := context.AfterFunc(ctx, func() { ran <- "a" })
	stopB := context.AfterFunc(ctx, func() { ran <- "b" })
	fmt.Println(stopB(), stopB())
	cancel()
	fmt.Println(<-ran, stopA())
	stopC := context.AfterFunc(ctx, func() { ran <- "c" })
	fmt.Println(<-ran, stopC(), len(ran))
}
