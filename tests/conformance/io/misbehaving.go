// What io's functions do with a reader or writer that claims more than it was given.
package main

import (
	"fmt"
	"io"
)

type greedyReader struct{}

func (greedyReader) Read(b []byte) (int, error) { return len(b) + 5, nil }

type greedyWriter struct{ err error }

func (w greedyWriter) Write(b []byte) (int, error) { return len(b) + 5, w.err }

type lazyWriter struct{}

func (lazyWriter) Write(b []byte) (int, error) { return len(b) - 1, nil }

type oneByte struct{ left int }

func (r *oneByte) Read(b []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	r.left--
	b[0] = 'x'
	return 1, nil
}

func try(what string, f func() (any, error)) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(what, "panics:", e)
		}
	}()
	n, err := f()
	fmt.Println(what, n, err)
}

func main() {
	try("copy to a greedy writer", func() (any, error) { n, err := io.Copy(greedyWriter{}, &oneByte{2}); return n, err })
	try("with an error", func() (any, error) {
		n, err := io.Copy(greedyWriter{io.ErrClosedPipe}, &oneByte{2})
		return n, err
	})
	try("copy to a lazy writer", func() (any, error) { n, err := io.Copy(lazyWriter{}, &oneByte{2}); return n, err })
	try("copy from a greedy reader", func() (any, error) { n, err := io.Copy(lazyWriter{}, greedyReader{}); return n, err })
	try("read all of it", func() (any, error) { b, err := io.ReadAll(greedyReader{}); return len(b), err })
	try("read at least", func() (any, error) { n, err := io.ReadAtLeast(greedyReader{}, make([]byte, 8), 4); return n, err })
	try("read full", func() (any, error) { n, err := io.ReadFull(greedyReader{}, make([]byte, 8)); return n, err })
}
