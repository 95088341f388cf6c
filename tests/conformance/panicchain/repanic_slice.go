// A recovered value without a printable form that is thrown again.
package main

func main() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic([]int{1})
}
