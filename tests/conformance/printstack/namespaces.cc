// Methods and functions of one's own types; a panic in a method.
#include <gort/gort.h>

using namespace gort;

struct account {
  int balance = 0;
  [[gnu::noinline]] void withdraw(int n) {
    if (n > balance) panic("insufficient funds");
    balance -= n;
  }
};

[[gnu::noinline]] void transfer(account* from, account* to, int n) {
  from->withdraw(n);
  to->balance += n;
}

void entry() {
  account a{10}, b;
  transfer(&a, &b, 20);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
