// Floats print with a sign, seven digits and an exponent of three digits.
package main

func main() {
	zero := 0.0
	println(0.0, 1.0, -1.0, 3.14159265358979, 123456789.0)
	println(1e-300, 1e300, 5e-324, 1.7976931348623157e308)
	println(1/zero, -1/zero, zero/zero, float32(0.1))
	println(complex(0, -1), complex64(complex(1e10, 2)))
	println(9.9999999, 0.99999995, 1e22)
}
