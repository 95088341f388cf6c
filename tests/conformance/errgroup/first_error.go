// Wait returns the first error, when all have ended.
package main

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	var g errgroup.Group
	failed := make(chan bool)
	g.Go(func() error {
		<-failed
		time.Sleep(2 * time.Millisecond)
		fmt.Println("slow one ends")
		return errors.New("second")
	})
	g.Go(func() error {
		defer close(failed)
		return errors.New("first")
	})
	g.Go(func() error { return nil })
	fmt.Println(g.Wait())
	fmt.Println(g.Wait())
}
