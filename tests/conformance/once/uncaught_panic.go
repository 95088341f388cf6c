// An uncaught panic in Do shows the frames of Once.
package main

import "sync"

func setup() {
	panic("no configuration")
}

func main() {
	var once sync.Once
	once.Do(setup)
}
