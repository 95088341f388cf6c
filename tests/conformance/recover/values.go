// What is thrown comes out of recover with its type and value.
package main

import (
	"errors"
	"fmt"
)

type myErr struct{ code int }

func (e myErr) Error() string { return fmt.Sprint("myErr ", e.code) }

type plain struct{ a, b int }

func catch(v any) (r any) {
	defer func() { r = recover() }()
	panic(v)
}

func main() {
	fmt.Println(catch(42).(int))
	fmt.Println(catch("text").(string))
	fmt.Println(catch(true).(bool))
	fmt.Println(catch(errors.New("e")).(error).Error())
	fmt.Println(catch(myErr{7}).(myErr).code)
	fmt.Println(catch(myErr{8}).(error).Error())
	fmt.Println(catch(plain{1, 2}).(plain).b)
	p := &plain{3, 4}
	fmt.Println(catch(p).(*plain) == p)
}
