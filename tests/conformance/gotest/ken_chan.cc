// Go's test/ken/chan.go: sequences of numbers through every combination of plain and selected sends and receives.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// Several goroutines draw without a lock: which number comes out does not matter.
std::atomic<int> randx;

int nrand(int n) {
  int x = randx + 10007;
  if (x >= 1000000) x -= 1000000;
  randx = x;
  return x % n;
}

int expect(int v, int v0);

struct Chan {
  chan<int> sc, rc;
  int sv = 0, rv = 0;
  bool send();
  bool recv(int v);
};

int nproc;
sync::Mutex nprocLock;
int cval;
int end = 10000;
int totr, tots;
sync::Mutex totLock;
Chan none;
Chan* nc = &none;

int changeNproc(int adjust) {
  nprocLock.Lock();
  nproc += adjust;
  int ret = nproc;
  nprocLock.Unlock();
  return ret;
}

// The channels live to the end of the program, as the goroutines that use them may.
std::vector<Chan*> mkchan(int c, int n) {
  static std::vector<std::unique_ptr<Chan>> all;
  std::vector<Chan*> ca;
  for (int i = 0; i < n; i++) {
    cval += 100;
    auto ch = std::make_unique<Chan>();
    ch->sc = make_chan<int>(c);
    ch->rc = ch->sc;
    ch->sv = cval;
    ch->rv = cval;
    ca.push_back(ch.get());
    all.push_back(std::move(ch));
  }
  return ca;
}

int expect(int v, int v0) {
  if (v == v0) return v % 100 == 75 ? end : v + 1;
  print("got ", v, " expected ", v0 + 1, "\n");
  panic("fail");
}

bool Chan::send() {
  totLock.Lock();
  tots++;
  totLock.Unlock();
  sv = expect(sv, sv);
  if (sv == end) {
    sc = nil;
    return true;
  }
  return false;
}

void sender(Chan* c) {
  for (;;) {
    for (int r = nrand(10); r >= 0; r--) runtime::Gosched();
    c->sc.send(c->sv);
    if (c->send()) break;
  }
  changeNproc(-1);
}

bool Chan::recv(int v) {
  totLock.Lock();
  totr++;
  totLock.Unlock();
  rv = expect(rv, v);
  if (rv == end) {
    rc = nil;
    return true;
  }
  return false;
}

void receiver(Chan* c) {
  for (;;) {
    for (int r = nrand(10); r >= 0; r--) runtime::Gosched();
    int v = c->rc.recv();
    if (c->recv(v)) break;
  }
  changeNproc(-1);
}

void sel(Chan* r0, Chan* r1, Chan* r2, Chan* r3, Chan* s0, Chan* s1, Chan* s2, Chan* s3) {
  int a = 0;
  for (Chan* r : {r0, r1, r2, r3}) a += r->rc != nil;
  for (Chan* s : {s0, s1, s2, s3}) a += s->sc != nil;

  auto received = [&](Chan* r) {
    return [&a, r](int v) {
      if (r->recv(v)) a--;
    };
  };
  auto sent = [&](Chan* s) {
    return [&a, s] {
      if (s->send()) a--;
    };
  };
  for (;;) {
    for (int r = nrand(5); r >= 0; r--) runtime::Gosched();

    select(recv(r0->rc, received(r0)), recv(r1->rc, received(r1)), recv(r2->rc, received(r2)),
           recv(r3->rc, received(r3)), send(s0->sc, s0->sv, sent(s0)), send(s1->sc, s1->sv, sent(s1)),
           send(s2->sc, s2->sv, sent(s2)), send(s3->sc, s3->sv, sent(s3)));
    if (a == 0) break;
  }
  changeNproc(-1);
}

// Plain send, plain receive.
void test1(Chan* c) {
  changeNproc(2);
  go(sender, c);
  go(receiver, c);
}

// Plain send, selected receive.
void test2(int c) {
  auto ca = mkchan(c, 4);

  changeNproc(4);
  go(sender, ca[0]);
  go(sender, ca[1]);
  go(sender, ca[2]);
  go(sender, ca[3]);

  changeNproc(1);
  go(sel, ca[0], ca[1], ca[2], ca[3], nc, nc, nc, nc);
}

// Selected send, plain receive.
void test3(int c) {
  auto ca = mkchan(c, 4);

  changeNproc(4);
  go(receiver, ca[0]);
  go(receiver, ca[1]);
  go(receiver, ca[2]);
  go(receiver, ca[3]);

  changeNproc(1);
  go(sel, nc, nc, nc, nc, ca[0], ca[1], ca[2], ca[3]);
}

// Selected send, selected receive.
void test4(int c) {
  auto ca = mkchan(c, 4);

  changeNproc(2);
  go(sel, nc, nc, nc, nc, ca[0], ca[1], ca[2], ca[3]);
  go(sel, ca[0], ca[1], ca[2], ca[3], nc, nc, nc, nc);
}

void test5(int c) {
  auto ca = mkchan(c, 8);

  changeNproc(2);
  go(sel, ca[4], ca[5], ca[6], ca[7], ca[0], ca[1], ca[2], ca[3]);
  go(sel, ca[0], ca[1], ca[2], ca[3], ca[4], ca[5], ca[6], ca[7]);
}

void test6(int c) {
  auto ca = mkchan(c, 12);

  changeNproc(4);
  go(sender, ca[4]);
  go(sender, ca[5]);
  go(sender, ca[6]);
  go(sender, ca[7]);

  changeNproc(4);
  go(receiver, ca[8]);
  go(receiver, ca[9]);
  go(receiver, ca[10]);
  go(receiver, ca[11]);

  changeNproc(2);
  go(sel, ca[4], ca[5], ca[6], ca[7], ca[0], ca[1], ca[2], ca[3]);
  go(sel, ca[0], ca[1], ca[2], ca[3], ca[8], ca[9], ca[10], ca[11]);
}

void wait() {
  runtime::Gosched();
  while (changeNproc(0) != 0) runtime::Gosched();
}

void tests(int c) {
  auto ca = mkchan(c, 4);
  test1(ca[0]);
  test1(ca[1]);
  test1(ca[2]);
  test1(ca[3]);
  wait();

  test2(c);
  wait();

  test3(c);
  wait();

  test4(c);
  wait();

  test5(c);
  wait();

  test6(c);
  wait();
}

void entry() {
  tests(0);
  tests(1);
  tests(10);
  tests(100);

  // Four sizes of buffers; four channels in each of four tests, eight and twelve in the last; 76 messages.
  int t = 4 * (4 * 4 + 8 + 12) * 76;

  if (tots != t || totr != t) {
    print("tots=", tots, " totr=", totr, " sb=", t, "\n");
    std::exit(1);
  }
  std::exit(0);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
