// How an uncaught panic prints what is neither basic nor has a method: type and address.

//gort:case struct
//gort:case pstruct
//gort:case slice
//gort:case map
//gort:case func
//gort:case chan
//gort:case array

package main

import "os"

type St struct{ a, b int }

func panicStruct() {
	panic(St{1, 2})
}

func panicPstruct() {
	panic(&St{1, 2})
}

func panicSlice() {
	panic([]int{1})
}

func panicMap() {
	panic(map[string]int{})
}

func panicFunc() {
	panic(func() {})
}

func panicChan() {
	panic(make(chan int))
}

func panicArray() {
	panic([2]int{1, 2})
}

var cases = map[string]func(){
	"struct":  panicStruct,
	"pstruct": panicPstruct,
	"slice":   panicSlice,
	"map":     panicMap,
	"func":    panicFunc,
	"chan":    panicChan,
	"array":   panicArray,
}

func main() { cases[os.Args[1]]() }
