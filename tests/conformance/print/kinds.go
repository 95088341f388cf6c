// The builtin println prints each kind of value in its own format, to standard error.
package main

func main() {
	println(1, "a", true, 1.5, 'x', complex(1, 2), uint8(3))
	print("a", 1, "b", "\n")
	println()
	var p *int
	println(p, false)
	println(-1, uint(1), int8(-128), uint16(65535), uintptr(255))
}
