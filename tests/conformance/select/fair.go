// Two cases that are always ready are chosen about equally often.
package main

import "fmt"

func main() {
	a, b := make(chan int, 1), make(chan int, 1)
	n := [2]int{}
	for i := 0; i < 10000; i++ {
		select {
		case a <- 1:
		default:
		}
		select {
		case b <- 1:
		default:
		}
		select {
		case <-a:
			n[0]++
		case <-b:
			n[1]++
		}
	}
	fmt.Println(n[0]+n[1], n[0] > 4000 && n[1] > 4000)
}
