// How an uncaught panic prints values of named types without methods.

//gort:case myint
//gort:case mystr
//gort:case mybool
//gort:case myf
//gort:case myc
//gort:case myu8

package main

import "os"

type MyInt int
type MyStr string
type MyBool bool
type MyF float64
type MyC complex128
type MyU8 uint8

func panicMyint() {
	panic(MyInt(7))
}

func panicMystr() {
	panic(MyStr("a\"b\nc"))
}

func panicMybool() {
	panic(MyBool(false))
}

func panicMyf() {
	panic(MyF(2.5))
}

func panicMyc() {
	panic(MyC(complex(1, 2)))
}

func panicMyu8() {
	panic(MyU8(200))
}

var cases = map[string]func(){
	"myint":  panicMyint,
	"mystr":  panicMystr,
	"mybool": panicMybool,
	"myf":    panicMyf,
	"myc":    panicMyc,
	"myu8":   panicMyu8,
}

func main() { cases[os.Args[1]]() }
