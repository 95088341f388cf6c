// Who may recover: only a function that the panic itself has called. The cases of go1.22/src/p2.
package main

import (
	"fmt"
	"runtime"
)

func try(name string, f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() {
			r := recover()
			fmt.Println(name+": outer recover =", r)
		}()
		f()
		fmt.Println(name + ": f returned normally")
	}()
	<-done
}

type T struct{ n int }

func (T) Rec()   { fmt.Println("  T.Rec recover:", recover()) }
func (*T) PRec() { fmt.Println("  (*T).PRec recover:", recover()) }

type Emb struct{ T }

func helper() interface{} { return recover() }
func doRec()              { fmt.Println("  doRec recover:", recover()) }

func main() {
	try("direct closure", func() {
		defer func() { fmt.Println("  r:", recover()) }()
		panic("p")
	})
	try("defer recover()", func() {
		defer recover()
		panic("p")
	})
	try("helper called by deferred", func() {
		defer func() { fmt.Println("  r:", helper()) }()
		panic("p")
	})
	try("nested closure", func() {
		defer func() {
			func() { fmt.Println("  r:", recover()) }()
		}()
		panic("p")
	})
	try("defer inside deferred fn", func() {
		defer func() {
			defer func() { fmt.Println("  r:", recover()) }()
		}()
		panic("p")
	})
	try("defer recover() inside deferred fn", func() {
		defer func() {
			defer recover()
		}()
		panic("p")
	})
	try("method value", func() {
		defer T{}.Rec()
		panic("p")
	})
	try("pointer method", func() {
		t := &T{}
		defer t.PRec()
		panic("p")
	})
	try("value method through a pointer", func() {
		t := &T{}
		defer t.Rec()
		panic("p")
	})
	try("embedded promoted", func() {
		defer Emb{}.Rec()
		panic("p")
	})
	try("func var", func() {
		f := doRec
		defer f()
		panic("p")
	})
	try("defer func with args", func() {
		defer func(a int) { fmt.Println("  r:", recover(), a) }(3)
		panic("p")
	})
	try("second defer sees nil", func() {
		defer func() { fmt.Println("  second r:", recover()) }()
		defer func() { fmt.Println("  first r:", recover()) }()
		panic("p")
	})
	try("recover then panic", func() {
		defer func() { fmt.Println("  second r:", recover()) }()
		defer func() {
			recover()
			panic("new")
		}()
		panic("p")
	})
	try("panic in defer replaces", func() {
		defer func() {
			fmt.Println("  r:", recover())
			fmt.Println("  r2:", recover())
		}()
		defer func() { panic("second") }()
		panic("first")
	})
	try("inner panic recovered, outer continues", func() {
		defer func() { fmt.Println("  final r:", recover()) }()
		defer func() {
			func() {
				defer func() { fmt.Println("  inner r:", recover()) }()
				panic("second")
			}()
		}()
		panic("first")
	})
	try("nil panic", func() {
		defer func() {
			r := recover()
			fmt.Println("  r:", r)
			_, ok := r.(runtime.Error)
			fmt.Println("  runtime.Error:", ok)
		}()
		panic(nil)
	})
	try("defer nil func", func() {
		var f func()
		defer func() { fmt.Println("  r:", recover()) }()
		defer f()
		fmt.Println("  body runs")
	})
	try("D1/D2/D3", func() {
		defer func() {
			r := recover()
			fmt.Println("  D1 recovered", r)
		}()
		defer func() {
			fmt.Println("  D2")
			panic("inner")
		}()
		defer func() { fmt.Println("  D3 runs") }()
	})
	try("recover in goexit", func() {
		defer func() { fmt.Println("  recover during Goexit:", recover()) }()
		runtime.Goexit()
	})
	try("panic during goexit recovered", func() {
		defer func() { fmt.Println("  last") }()
		defer func() { fmt.Println("  recover:", recover()) }()
		defer func() { panic("in goexit defer") }()
		runtime.Goexit()
	})
	try("goexit during panic", func() {
		defer func() { fmt.Println("  after goexit-in-panic recover:", recover()) }()
		defer func() { runtime.Goexit() }()
		panic("p")
	})
	try("runtime error", func() {
		defer func() {
			r := recover()
			_, ok := r.(runtime.Error)
			fmt.Println("  ", ok, r)
		}()
		var a []int
		i := 3
		_ = a[i]
	})
	fmt.Println("named result after recover:", namedResult())
	fmt.Println("unnamed:", unnamed())
}

func namedResult() (x int) {
	defer func() {
		recover()
		x *= 2
	}()
	x = 21
	panic("z")
}

func unnamed() int {
	defer func() { recover() }()
	panic("z")
}
