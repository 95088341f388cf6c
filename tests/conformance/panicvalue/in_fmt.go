// A panic in the Error or String method of what is printed shows in the text.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

//gort:case text
//gort:case again
//gort:case goexit
//gort:head again

type bad struct{ v any }

func (b bad) String() string { panic(b.v) }

type badError struct{ v any }

func (b badError) Error() string { panic(b.v) }

type good struct{ n int }

func (g good) String() string { return fmt.Sprint("good ", g.n) }

type node struct{ next *node }

func (n node) String() string { return n.next.next.String() }

type leaves struct{}

func (leaves) String() string {
	runtime.Goexit()
	return ""
}

func main() {
	switch os.Args[1] {
	case "text":
		fmt.Println(bad{"boom"})
		fmt.Println(bad{7}, badError{"e"}, "after")
		fmt.Printf("%s|%q|%x|%v|%8v|%+v\n", bad{1}, bad{2}, bad{3}, badError{4}, bad{5}, badError{6})
		fmt.Printf("%d\n", badError{1.5})
		fmt.Println(bad{errors.New("an error")}, bad{good{3}}, bad{[]int{1, 2}}, bad{nil})
		fmt.Println([]any{bad{"in a list"}, 1}, map[string]any{"k": badError{"in a map"}})
		fmt.Println(node{})
		fmt.Println(fmt.Errorf("wrapped: %w", badError{"inside"}))
		fmt.Printf("%08.3f %v %08.3f\n", 1.5, bad{2.25}, 3.5)
	case "again":
		defer fmt.Println("deferred")
		fmt.Println("lost", bad{bad{"again"}})
	case "goexit":
		done := make(chan bool)
		go func() {
			defer close(done)
			fmt.Println("never", leaves{})
		}()
		<-done
		fmt.Println("left")
	}
}
