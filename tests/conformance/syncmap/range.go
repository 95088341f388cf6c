// Range visits every entry once and stops when told to; entries may be deleted and stored on the way.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var m sync.Map
	for i := 0; i < 10; i++ {
		m.Store(i, i*i)
	}
	sum, n := 0, 0
	m.Range(func(k, v any) bool {
		sum += v.(int)
		if k.(int)%2 == 0 {
			m.Delete(k)
		}
		return true
	})
	fmt.Println(sum)
	m.Range(func(k, v any) bool {
		n++
		return n < 3
	})
	fmt.Println(n)
	n = 0
	m.Range(func(k, v any) bool {
		n++
		return true
	})
	fmt.Println(n)
}
