// Recovered and thrown again twice.
package main

func main() {
	defer func() {
		r := recover()
		panic(r)
	}()
	defer func() {
		r := recover()
		panic(r)
	}()
	panic("first")
}
