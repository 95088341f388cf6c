// The limits of the integer types.
package main

func main() {
	println(int64(-1<<63), int64(1<<63-1), uint64(1<<64-1))
	println(int32(-1<<31), int32(1<<31-1), uint32(1<<32-1))
	println(int16(-1<<15), int16(1<<15-1), int8(-1<<7), int8(1<<7-1), uint8(255))
}
