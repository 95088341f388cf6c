package main

import (
	"context"
	"time"
)

// A tree of 10,000 contexts below a root: 100 with 99 each.
func makeTree() (context.CancelFunc, []context.Context) {
	root, cancel := context.WithCancel(context.Background())
	var held []context.Context
	for i := 0; i < 100; i++ {
		branch, _ := context.WithCancel(root)
		held = append(held, branch)
		for j := 0; j < 99; j++ {
			c, _ := context.WithCancel(branch)
			held = append(held, c)
		}
	}
	return cancel, held
}

const trees = 50

func cancelTree(asked bool) float64 {
	ns := 0.0
	for i := 0; i < trees; i++ {
		cancel, held := makeTree()
		if asked {
			for _, c := range held {
				c.Done()
			}
		}
		t := time.Now()
		cancel()
		ns += nsPer(t, 10000)
	}
	return ns / trees
}

func contextCancelTree() float64     { return cancelTree(false) }
func contextCancelTreeDone() float64 { return cancelTree(true) }

func contextWithCancel() float64 {
	const n = 2000000
	parent, stop := context.WithCancel(context.Background())
	defer stop()
	t := time.Now()
	for i := 0; i < n; i++ {
		_, cancel := context.WithCancel(parent)
		cancel()
	}
	return nsPer(t, n)
}

func contextWithTimeout() float64 {
	const n = 1000000
	t := time.Now()
	for i := 0; i < n; i++ {
		_, cancel := context.WithTimeout(context.Background(), time.Hour)
		cancel()
	}
	return nsPer(t, n)
}

func contextValueDepth10() float64 {
	const n = 10000000
	ctx := context.Background()
	for i := 0; i < 10; i++ {
		ctx = context.WithValue(ctx, i, i)
	}
	t := time.Now()
	for i := 0; i < n; i++ {
		contextSink = ctx.Value(0)
	}
	return nsPer(t, n)
}

var contextSink any

var contextRows = []row{
	{"context_cancel_tree", "ns", contextCancelTree},
	{"context_cancel_tree_done", "ns", contextCancelTreeDone},
	{"context_with_cancel", "ns", contextWithCancel},
	{"context_with_timeout", "ns", contextWithTimeout},
	{"context_value_depth10", "ns", contextValueDepth10},
}
