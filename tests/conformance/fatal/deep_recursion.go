// A panic below 150 frames: the innermost 50 and the outermost 50 are shown.
package main

//go:noinline
func deep(n int) int {
	if n == 0 {
		panic("deep")
	}
	return deep(n-1) + 1
}

func main() { deep(150) }
