// A panic recovered inside the deferred call leaves no trace of itself.
package main

func main() {
	defer func() {
		defer func() { println("recovered", recover().(string)) }()
		panic("second")
	}()
	panic("first")
}
