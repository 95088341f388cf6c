// A panic that was recovered by a call that has returned is not printed with a later one.
package main

func main() {
	defer func() { panic("later") }()
	defer func() { recover() }()
	panic("first")
}
