// What the functions that derive contexts panic with.
package main

import (
	"context"
	"fmt"
	"time"
)

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	bg := context.Background()
	try(func() { context.WithCancel(nil) })
	try(func() { context.WithCancelCause(nil) })
	try(func() { context.WithDeadline(nil, time.Now()) })
	try(func() { context.WithTimeout(nil, 1) })
	try(func() { context.WithValue(nil, "k", 1) })
	try(func() { context.WithoutCancel(nil) })
	try(func() { context.WithValue(bg, nil, 1) })
	try(func() { context.WithValue(bg, []int{1}, 1) })
	try(func() {
		var ctx context.Context
		ctx.Err()
	})
	try(func() {
		var cancel context.CancelFunc
		cancel()
	})
}
