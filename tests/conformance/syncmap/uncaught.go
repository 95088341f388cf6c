// Panics in a map's methods: keys that cannot be hashed, values that cannot be compared, the caller's own.
//
//gort:case load
//gort:case store
//gort:case loadOrStore
//gort:case loadAndDelete
//gort:case delete
//gort:case swap
//gort:case compareAndDelete
//gort:case range
package main

import (
	"os"
	"sync"
)

func main() {
	var m sync.Map
	m.Store("a", []int{1})
	key := []int{1}
	switch os.Args[1] {
	case "load":
		m.Load(key)
	case "store":
		m.Store(key, 1)
	case "loadOrStore":
		m.LoadOrStore(key, 1)
	case "loadAndDelete":
		m.LoadAndDelete(key)
	case "delete":
		m.Delete(key)
	case "swap":
		m.Swap(key, 1)
	case "compareAndDelete":
		m.CompareAndDelete("a", []int{1})
	case "range":
		m.Range(func(k, v any) bool {
			panic("in range")
		})
	}
}
