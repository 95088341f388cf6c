package main

import (
	"github.com/bugsnag/bugsnag-go/errors"
)

// ParsePanic reads the message and the goroutine that died.
func bugsnagVerdict(text string) (v Verdict) {
	found, err := errors.ParsePanic(text)
	if err != nil {
		v.Errors = append(v.Errors, err.Error())
		return v
	}
	g := Goroutine{State: found.TypeName() + ": " + found.Error()}
	for _, f := range found.StackFrames() {
		g.Functions = append(g.Functions, f.Package+" "+f.Name)
	}
	v.Goroutines = append(v.Goroutines, g)
	return v
}
