// A hundred thousand panics, each recovered.
package main

import "fmt"

func once(i int) (r int) {
	defer func() {
		if v, ok := recover().(int); ok {
			r = v
		}
	}()
	panic(i)
}

func main() {
	sum := 0
	for i := 0; i < 100000; i++ {
		sum += once(i) % 7
	}
	fmt.Println(sum)
}
