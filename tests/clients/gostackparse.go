package main

import (
	"strings"
	"time"

	"github.com/DataDog/gostackparse"
)

func gostackparseVerdict(text string) (v Verdict) {
	goroutines, errs := gostackparse.Parse(strings.NewReader(text))
	for _, err := range errs {
		v.Errors = append(v.Errors, err.Error())
	}
	for _, g := range goroutines {
		found := Goroutine{
			ID:      g.ID,
			State:   g.State,
			Minutes: int(g.Wait / time.Minute),
			Locked:  g.LockedToThread,
			Elided:  g.FramesElided,
		}
		for _, f := range g.Stack {
			found.Functions = append(found.Functions, f.Func)
		}
		if g.CreatedBy != nil {
			found.CreatedBy = g.CreatedBy.Func
		}
		v.Goroutines = append(v.Goroutines, found)
	}
	return v
}
