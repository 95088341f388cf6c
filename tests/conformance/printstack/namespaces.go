// Methods and functions of one's own types; a panic in a method.
package main

type account struct{ balance int }

//go:noinline
func (a *account) withdraw(n int) {
	if n > a.balance {
		panic("insufficient funds")
	}
	a.balance -= n
}

//go:noinline
func transfer(from, to *account, n int) {
	from.withdraw(n)
	to.balance += n
}

func main() { transfer(&account{10}, &account{}, 20) }
