// An error's own Is decides too.
package main

import (
	"errors"
	"fmt"
)

type timeout struct{ op string }

func (t timeout) Error() string        { return t.op + ": timeout" }
func (t timeout) Is(target error) bool { return target == errSlow }

var errSlow = errors.New("slow")

func main() {
	err := fmt.Errorf("call: %w", timeout{"read"})
	fmt.Println(err, errors.Is(err, errSlow), errors.Is(err, timeout{"read"}), errors.Is(err, timeout{"write"}))
	fmt.Println(errors.Is(errSlow, timeout{"read"}))
}
