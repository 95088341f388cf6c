// Endless recursion is a fatal error of its own.

//gort:case overflow
//gort:head overflow

package main

//go:noinline
func over(n int) int { return over(n+1) + 1 }

func main() { println(over(1)) }
