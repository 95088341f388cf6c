// clients CLIENT FILE...: asks a program that reads Go's traces what it finds in each file, and prints a JSON list with one
// verdict a file. The clients are the real modules, at the versions of go.mod.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// Verdict is what a client says about a text.
type Verdict struct {
	Errors     []string
	Goroutines []Goroutine
}

// Goroutine is one that it found; what a client does not tell is left empty.
type Goroutine struct {
	ID        int
	State     string
	Minutes   int
	Locked    bool
	Elided    bool
	Functions []string
	CreatedBy string
}

var clients = map[string]func(text string) Verdict{
	"gostackparse": gostackparseVerdict,
	"bugsnag":      bugsnagVerdict,
	"goleak":       goleakVerdict,
}

func main() {
	ask, ok := clients[os.Args[1]]
	if !ok {
		fmt.Fprintf(os.Stderr, "clients: no client %q\n", os.Args[1])
		os.Exit(2)
	}
	verdicts := []Verdict{}
	for _, name := range os.Args[2:] {
		text, err := os.ReadFile(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, "clients:", err)
			os.Exit(1)
		}
		verdicts = append(verdicts, ask(string(text)))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, "clients:", err)
		os.Exit(1)
	}
}
