// Who may recover (go-1.22.md 1.4): what Go says to the cases of recover_fixture.cc. recover_fixture.out is its output:
// GOTOOLCHAIN=go1.22.12 go run recover_fixture.go 2> recover_fixture.out
package main

import "runtime"

func text(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case string:
		return x
	case error:
		return x.Error()
	}
	return "?"
}

func show(v any) { println("   ", text(v)) }

// try runs f on a goroutine of its own and says what was left for the outermost function.
func try(name string, f func()) {
	println(name)
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { println("    left", text(recover())) }()
		f()
		println("    returned")
	}()
	<-done
}

type T struct{ n int }

func (t T) Value()     { show(recover()) }
func (t *T) Pointer()  { show(recover()) }
func (t *T) helper()   { show(recover()) }
func (t *T) Add(n int) { t.n += n; show(recover()) }

// Go 1.22 would inline Calls into the wrapper of the defer statement, and then helper could recover.
//
//go:noinline
func (t *T) Calls() { t.helper() }

type E struct{ T }

type I interface{ Value() }

func named()                { show(recover()) }
func withArgs(a int, b any) { show(recover()); println("   ", a, text(b)) }
func variadic(a ...int)     { show(recover()); println("   ", len(a)) }
func helper() any           { return recover() }

//go:noinline
func opaqueHelper() any   { return recover() }
func helperOfHelper() any { return helper() }
func deferring()          { defer func() { show(recover()) }() }
func deferringRecover()   { defer recover() }
func result() (r int) {
	defer func() {
		recover()
		r *= 2
	}()
	r = 21
	panic("p")
}
func unnamed() int {
	defer func() { recover() }()
	panic("p")
}
func returning() (r string) {
	defer func() { r += " " + text(recover()) }()
	defer func() { panic("late") }()
	return "value"
}

func deep(n int) {
	if n == 0 {
		panic("deep")
	}
	deep(n - 1)
}

func deepWithDefers(n int, ran *int) {
	defer func() { *ran++ }()
	if n == 0 {
		panic("deep")
	}
	deepWithDefers(n-1, ran)
}

func direct() {
	try("closure", func() {
		defer func() { show(recover()) }()
		panic("p")
	})
	try("named function", func() {
		defer named()
		panic("p")
	})
	try("function variable", func() {
		f := named
		defer f()
		panic("p")
	})
	try("closure variable", func() {
		f := func() { show(recover()) }
		defer f()
		panic("p")
	})
	try("function with arguments", func() {
		defer withArgs(1, "b")
		panic("p")
	})
	try("closure with arguments", func() {
		defer func(a int) { show(recover()); println("   ", a) }(3)
		panic("p")
	})
	try("variadic", func() {
		defer variadic(1, 2, 3)
		panic("p")
	})
	try("value method", func() {
		defer T{}.Value()
		panic("p")
	})
	try("pointer method", func() {
		t := T{}
		defer t.Pointer()
		panic("p")
	})
	try("method with argument", func() {
		t := T{}
		defer func() { println("   ", t.n) }()
		defer t.Add(4)
		panic("p")
	})
	try("promoted method", func() {
		defer E{}.Value()
		panic("p")
	})
	try("interface method", func() {
		var i I = &T{}
		defer i.Value()
		panic("p")
	})
	try("closure that returns the value", func() {
		defer func() any { r := recover(); show(r); return r }()
		panic("p")
	})
}

func indirect() {
	try("helper", func() {
		defer func() { show(helper()) }()
		panic("p")
	})
	try("opaque helper", func() {
		defer func() { show(opaqueHelper()) }()
		panic("p")
	})
	try("helper of helper", func() {
		defer func() { show(helperOfHelper()) }()
		panic("p")
	})
	try("closure called by the deferred one", func() {
		defer func() {
			func() { show(recover()) }()
		}()
		panic("p")
	})
	try("closure variable called by the deferred one", func() {
		f := func() { show(recover()) }
		defer func() { f() }()
		panic("p")
	})
	try("method called by a method", func() {
		t := &T{}
		defer t.Calls()
		panic("p")
	})
	try("defer recover()", func() {
		defer recover()
		panic("p")
	})
	try("defer recover() in the deferred function", func() {
		defer func() {
			defer recover()
		}()
		panic("p")
	})
	try("defer recover() in a function that the deferred one calls", func() {
		defer func() { deferringRecover() }()
		panic("p")
	})
	try("deferred by the deferred function", func() {
		defer func() {
			defer func() { show(recover()) }()
		}()
		panic("p")
	})
	try("deferred by a function that the deferred one calls", func() {
		defer func() { deferring() }()
		panic("p")
	})
	try("as an argument", func() {
		defer show(recover())
		panic("p")
	})
	try("without defer", func() {
		show(recover())
	})
}

func again() {
	try("twice in one call", func() {
		defer func() {
			show(recover())
			show(recover())
		}()
		panic("p")
	})
	try("in a later deferred call", func() {
		defer func() { show(recover()) }()
		defer func() { show(recover()) }()
		panic("p")
	})
	try("by normal return", func() {
		defer func() { show(recover()) }()
	})
	try("after a recovery the next panic", func() {
		defer func() { show(recover()) }()
		defer func() {
			recover()
			panic("new")
		}()
		panic("p")
	})
	try("only the newer panic of two", func() {
		defer func() {
			show(recover())
			show(recover())
		}()
		defer func() { panic("second") }()
		panic("first")
	})
	try("the inner one, then the outer one", func() {
		defer func() { show(recover()) }()
		defer func() {
			func() {
				defer func() { show(recover()) }()
				panic("second")
			}()
			println("    goes on")
		}()
		panic("first")
	})
	try("in the deferred function itself", func() {
		defer func() { show(recover()) }()
		defer func() {
			defer func() { show(recover()) }()
			panic("second")
		}()
		panic("first")
	})
	try("before and after an inner panic", func() {
		defer func() {
			show(recover())
			func() {
				defer func() { show(recover()) }()
				panic("inner")
			}()
			show(recover())
		}()
		panic("p")
	})
	try("three levels", func() {
		defer func() { show(recover()) }()
		defer func() {
			defer func() { show(recover()) }()
			defer func() {
				defer func() { show(recover()) }()
				panic("3")
			}()
			panic("2")
		}()
		panic("1")
	})
	try("rest of the deferred calls", func() {
		for i := 0; i < 3; i++ {
			defer func(i int) { println("   ", i, text(recover())) }(i)
		}
		panic("p")
	})
	try("loop of panics", func() {
		n := 0
		for i := 0; i < 100; i++ {
			func() {
				defer func() {
					if recover() != nil {
						n++
					}
				}()
				panic("p")
			}()
		}
		println("   ", n)
	})
}

func goexits() {
	try("Goexit", func() {
		defer func() { show(recover()) }()
		runtime.Goexit()
	})
	try("panic in Goexit, recovered", func() {
		defer func() { println("    last", text(recover())) }()
		defer func() { show(recover()) }()
		defer func() { panic("in goexit") }()
		runtime.Goexit()
	})
	try("panic in Goexit, recovered in a function further out", func() {
		defer func() { println("    last", text(recover())) }()
		func() {
			defer func() { show(recover()) }()
			func() {
				defer func() { panic("in goexit") }()
				runtime.Goexit()
			}()
		}()
		println("    not reached")
	})
	try("panic in Goexit, recovered inside", func() {
		defer func() { println("    last", text(recover())) }()
		defer func() {
			func() {
				defer func() { show(recover()) }()
				panic("inside")
			}()
			println("    goes on")
		}()
		runtime.Goexit()
	})
	try("Goexit in panic", func() {
		defer func() { show(recover()) }()
		defer func() { runtime.Goexit() }()
		panic("p")
	})
	try("Goexit after recovery", func() {
		defer func() { show(recover()) }()
		defer func() {
			show(recover())
			runtime.Goexit()
		}()
		panic("p")
	})
	try("Goexit in Goexit", func() {
		defer func() { show(recover()) }()
		defer func() { runtime.Goexit() }()
		runtime.Goexit()
	})
}

func results() {
	println(result(), unnamed(), returning())
	try("deep", func() {
		defer func() { show(recover()) }()
		deep(100)
	})
	try("deep with deferred calls", func() {
		ran := 0
		defer func() { show(recover()); println("   ", ran) }()
		deepWithDefers(100, &ran)
	})
	try("panic(nil)", func() {
		defer func() {
			r := recover()
			_, ok := r.(runtime.Error)
			println("   ", text(r), ok)
		}()
		panic(nil)
	})
	try("nil function", func() {
		var f func()
		defer func() { show(recover()) }()
		defer f()
		println("    body")
	})
	try("defer panic", func() {
		defer func() { show(recover()) }()
		defer panic("deferred")
		println("    body")
	})
}

func main() {
	direct()
	indirect()
	again()
	goexits()
	results()
}
