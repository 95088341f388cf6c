// Misuse that nobody recovers, with the frames of the package.

//gort:case cancel
//gort:case cause
//gort:case timeout
//gort:case value
//gort:case key
//gort:case uncomparable
//gort:case without

package main

import (
	"context"
	"errors"
	"os"
	"time"
)

var (
	key = any([]int{1})
	val = any(errors.New("value"))
)

func cancel() { context.WithCancel(nil) }

func cause() { context.WithCancelCause(nil) }

func timeout() { context.WithTimeout(nil, time.Second) }

func value() { context.WithValue(nil, val, val) }

func nilKey() { context.WithValue(context.Background(), nil, val) }

func uncomparable() { context.WithValue(context.Background(), key, val) }

func without() { context.WithoutCancel(nil) }

var cases = map[string]func(){"cancel": cancel, "cause": cause, "timeout": timeout, "value": value, "key": nilKey,
	"uncomparable": uncomparable, "without": without}

func main() { cases[os.Args[1]]() }
