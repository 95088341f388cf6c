package main

import (
	"io"
	"sort"
	"strings"
	_ "unsafe" // for go:linkname

	_ "go.uber.org/goleak"
)

// goleak keeps its parser in an internal package, so it is reached by the linker's names of it.

//go:linkname newStackParser go.uber.org/goleak/internal/stack.newStackParser
func newStackParser(r io.Reader) *stackParser

//go:linkname parse go.uber.org/goleak/internal/stack.(*stackParser).Parse
func parse(p *stackParser) ([]stack, error)

type stackParser struct{}

// stack is laid out as the parser's Stack.
type stack struct {
	id            int
	state         string
	firstFunction string
	allFunctions  map[string]struct{}
	fullStack     string
}

func goleakVerdict(text string) (v Verdict) {
	stacks, err := parse(newStackParser(strings.NewReader(text)))
	if err != nil {
		v.Errors = strings.Split(err.Error(), "\n")
	}
	for _, s := range stacks {
		functions := []string{}
		for name := range s.allFunctions {
			functions = append(functions, name)
		}
		sort.Strings(functions)
		v.Goroutines = append(v.Goroutines, Goroutine{
			ID:        s.id,
			State:     s.state,
			Functions: append([]string{s.firstFunction}, functions...),
		})
	}
	return v
}
