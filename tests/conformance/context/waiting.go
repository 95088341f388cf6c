// A goroutine that waits for work or the end.
package main

import (
	"context"
	"errors"
	"fmt"
)

func worker(ctx context.Context, jobs <-chan int, out chan<- string) {
	for {
		select {
		case j := <-jobs:
			out <- fmt.Sprint("job ", j)
		case <-ctx.Done():
			out <- fmt.Sprint("stopped: ", ctx.Err(), ": ", context.Cause(ctx))
			return
		}
	}
}

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	jobs, out := make(chan int), make(chan string)
	go worker(ctx, jobs, out)
	for i := 0; i < 3; i++ {
		jobs <- i
		fmt.Println(<-out)
	}
	cancel(errors.New("no more jobs"))
	fmt.Println(<-out)
}
