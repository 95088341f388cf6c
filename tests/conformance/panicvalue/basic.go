// How an uncaught panic prints values of the basic types.

//gort:case int
//gort:case int8
//gort:case uint8
//gort:case int64
//gort:case uint64
//gort:case rune
//gort:case uintptr
//gort:case f64
//gort:case f32
//gort:case f0
//gort:case fbig
//gort:case c128
//gort:case c64
//gort:case bool
//gort:case str
//gort:case strnl
//gort:case strempty
//gort:case nil
//gort:case nilerr

package main

import "os"

func panicInt() {
	panic(42)
}

func panicInt8() {
	panic(int8(-3))
}

func panicUint8() {
	panic(uint8(3))
}

func panicInt64() {
	panic(int64(-9223372036854775808))
}

func panicUint64() {
	panic(uint64(18446744073709551615))
}

func panicRune() {
	panic('x')
}

func panicUintptr() {
	panic(uintptr(0x10))
}

func panicF64() {
	panic(1.5)
}

func panicF32() {
	panic(float32(-0.1))
}

func panicF0() {
	panic(0.0)
}

func panicFbig() {
	panic(1e300)
}

func panicC128() {
	panic(complex(1, -2))
}

func panicC64() {
	panic(complex64(complex(1, 2)))
}

func panicBool() {
	panic(true)
}

func panicStr() {
	panic("hello")
}

func panicStrnl() {
	panic("hello\nworld\n\ngoroutine 1 [running]:")
}

func panicStrempty() {
	panic("")
}

func panicNil() {
	panic(nil)
}

func panicNilerr() {
	var e error
	panic(e)
}

var cases = map[string]func(){
	"int":      panicInt,
	"int8":     panicInt8,
	"uint8":    panicUint8,
	"int64":    panicInt64,
	"uint64":   panicUint64,
	"rune":     panicRune,
	"uintptr":  panicUintptr,
	"f64":      panicF64,
	"f32":      panicF32,
	"f0":       panicF0,
	"fbig":     panicFbig,
	"c128":     panicC128,
	"c64":      panicC64,
	"bool":     panicBool,
	"str":      panicStr,
	"strnl":    panicStrnl,
	"strempty": panicStrempty,
	"nil":      panicNil,
	"nilerr":   panicNilerr,
}

func main() { cases[os.Args[1]]() }
