// The power series of Go's test/chan/powser1.go and powser2.go: processes that send one rational at a time, on demand.
//
// Who includes it defines first what the channels carry: item, and boxed and unboxed between it and a rat.
#ifndef POWSER_H_
#define POWSER_H_

#include <array>
#include <atomic>
#include <string>
#include <vector>

inline void pr(rat u) {
  if (u.den == 1)
    print(u.num);
  else
    print(u.num, "/", u.den);
  print(" ");
}

// A demand channel: a request, then an item.
struct demand {
  chan<int> req = make_chan<int>();
  chan<item> dat = make_chan<item>();
};
using dch = std::shared_ptr<demand>;
using dch2 = std::shared_ptr<std::array<dch, 2>>;

inline std::atomic<int> seqno;

inline dch mkdch() {
  return std::make_shared<demand>();
}

inline dch2 mkdch2() {
  return std::make_shared<std::array<dch, 2>>(std::array{mkdch(), mkdch()});
}

// dosplit serves the first demand for an item and gives it to both outputs, which may be read at different rates. It
// begins by starting its successor, for the next item. Of all generations the newest serves the output that is ahead,
// which it makes out[0], and the oldest the other one; it tells the next when it is done.
inline void dosplit(dch in, dch2 out, chan<int> wait) {
  bool both = false;
  auto& o = *out;

  select(recv(o[0]->req), recv(wait, [&] {
           both = true;
           select(recv(o[0]->req), recv(o[1]->req, [&] { std::swap(o[0], o[1]); }));
         }));

  in->req.send(++seqno);
  auto release = make_chan<int>();
  go(dosplit, in, out, release);
  item dat = in->dat.recv();
  o[0]->dat.send(dat);
  if (!both) wait.recv();
  o[1]->req.recv();
  o[1]->dat.send(dat);
  release.send(0);
}

inline void split(dch in, dch2 out) {
  auto release = make_chan<int>();
  go(dosplit, in, out, release);
  release.send(0);
}

inline void put(rat dat, dch out) {
  out->req.recv();
  out->dat.send(boxed(dat));
}

inline rat get(dch in) {
  in->req.send(++seqno);
  return unboxed(in->dat.recv());
}

// get2 gets an item from each of two channels, in the order in which they come.
inline std::array<rat, 2> get2(dch in0, dch in1) {
  chan<int> req[2] = {in0->req, in1->req};
  chan<item> dat[2];
  std::array<rat, 2> out;
  for (int n = 4; n > 0; n--) {
    int seq = ++seqno;
    select(send(req[0], seq,
                [&] {
                  dat[0] = in0->dat;
                  req[0] = nil;
                }),
           send(req[1], seq,
                [&] {
                  dat[1] = in1->dat;
                  req[1] = nil;
                }),
           recv(dat[0],
                [&](item it) {
                  out[0] = unboxed(it);
                  dat[0] = nil;
                }),
           recv(dat[1], [&](item it) {
             out[1] = unboxed(it);
             dat[1] = nil;
           }));
  }
  return out;
}

inline void copy(dch in, dch out) {
  for (;;) {
    out->req.recv();
    out->dat.send(boxed(get(in)));
  }
}

inline void repeat(rat dat, dch out) {
  for (;;) put(dat, out);
}

// A power series, and two that are the same.
using PS = dch;
using PS2 = dch2;

// Rationals. Beyond 64 bits they wrap around, as in Go.
inline int64_t wrap(uint64_t v) {
  return static_cast<int64_t>(v);
}
inline int64_t times(int64_t u, int64_t v) {
  return wrap(uint64_t(u) * uint64_t(v));
}

inline int64_t gcd(int64_t u, int64_t v) {
  if (u < 0) return gcd(wrap(0 - uint64_t(u)), v);
  if (u == 0) return v;
  return gcd(v % u, u);
}

inline rat i2tor(int64_t u, int64_t v) {
  int64_t g = gcd(u, v);
  if (v > 0) return {u / g, v / g};
  return {-u / g, -v / g};
}

inline rat itor(int64_t u) {
  return i2tor(u, 1);
}

inline const rat zero = itor(0);
inline const rat one = itor(1);

// The end of a series.
inline const rat finis = i2tor(1, 0);

inline int end(rat u) {
  return u.den == 0;
}

inline rat add(rat u, rat v) {
  int64_t g = gcd(u.den, v.den);
  uint64_t num = uint64_t(times(u.num, v.den / g)) + uint64_t(times(v.num, u.den / g));
  return i2tor(wrap(num), times(u.den, v.den / g));
}

inline rat mul(rat u, rat v) {
  int64_t g1 = gcd(u.num, v.den);
  int64_t g2 = gcd(u.den, v.num);
  return {times(u.num / g1, v.num / g2), times(u.den / g2, v.den / g1)};
}

inline rat neg(rat u) {
  return i2tor(-u.num, u.den);
}

inline rat sub(rat u, rat v) {
  return add(u, neg(v));
}

inline rat inv(rat u) {
  if (u.num == 0) panic("zero divide in inv");
  return i2tor(u.den, u.num);
}

inline void printn(PS U, int n) {
  for (; n > 0; n--) {
    rat u = get(U);
    if (end(u)) break;
    pr(u);
  }
  print("\n");
}

inline PS2 Split(PS U) {
  PS2 UU = mkdch2();
  go(split, U, UU);
  return UU;
}

inline PS Add(PS U, PS V) {
  PS Z = mkdch();
  go([=] {
    for (;;) {
      Z->req.recv();
      auto uv = get2(U, V);
      switch (end(uv[0]) + 2 * end(uv[1])) {
        case 0:
          Z->dat.send(boxed(add(uv[0], uv[1])));
          break;
        case 1:
          Z->dat.send(boxed(uv[1]));
          copy(V, Z);
          break;
        case 2:
          Z->dat.send(boxed(uv[0]));
          copy(U, Z);
          break;
        case 3:
          Z->dat.send(boxed(finis));
      }
    }
  });
  return Z;
}

// Cmul multiplies by a constant.
inline PS Cmul(rat c, PS U) {
  PS Z = mkdch();
  go([=] {
    for (;;) {
      Z->req.recv();
      rat u = get(U);
      if (end(u)) break;
      Z->dat.send(boxed(mul(c, u)));
    }
    Z->dat.send(boxed(finis));
  });
  return Z;
}

inline PS Sub(PS U, PS V) {
  return Add(U, Cmul(neg(one), V));
}

inline PS Rep(rat c) {
  PS Z = mkdch();
  go(repeat, c, Z);
  return Z;
}

inline PS Shift(rat c, PS U) {
  PS Z = mkdch();
  go([=] {
    put(c, Z);
    copy(U, Z);
  });
  return Z;
}

// Mul: (u + xU')(v + xV') is uv + x(uV' + vU') + x*xU'V'.
inline PS Mul(PS U, PS V) {
  PS Z = mkdch();
  go([=] {
    Z->req.recv();
    auto uv = get2(U, V);
    if (end(uv[0]) || end(uv[1])) {
      Z->dat.send(boxed(finis));
    } else {
      Z->dat.send(boxed(mul(uv[0], uv[1])));
      PS2 UU = Split(U);
      PS2 VV = Split(V);
      PS W = Add(Cmul(uv[0], (*VV)[0]), Cmul(uv[1], (*UU)[0]));
      Z->req.recv();
      Z->dat.send(boxed(get(W)));
      copy(Add(W, Mul((*UU)[1], (*VV)[1])), Z);
    }
  });
  return Z;
}

// Diff differentiates, Integ integrates.
inline PS Diff(PS U) {
  PS Z = mkdch();
  go([=] {
    Z->req.recv();
    rat u = get(U);
    if (!end(u)) {
      for (int i = 1;; i++) {
        u = get(U);
        if (end(u)) break;
        Z->dat.send(boxed(mul(itor(i), u)));
        Z->req.recv();
      }
    }
    Z->dat.send(boxed(finis));
  });
  return Z;
}

inline PS Integ(rat c, PS U) {
  PS Z = mkdch();
  go([=] {
    put(c, Z);
    bool done = false;
    for (int i = 1; !done; i++) {
      Z->req.recv();
      rat u = get(U);
      if (end(u)) done = true;
      Z->dat.send(boxed(mul(i2tor(1, i), u)));
    }
    Z->dat.send(boxed(finis));
  });
  return Z;
}

// Exp: Z = exp(U) has Z' = ZU', which is integrated. U begins with 0; what else it begins with is ignored.
inline PS Exp(PS U) {
  PS2 ZZ = mkdch2();
  split(Integ(one, Mul((*ZZ)[0], Diff(U))), ZZ);
  return (*ZZ)[1];
}

// MonSubst is U(c x^n).
inline PS MonSubst(PS U, rat c0, int n) {
  PS Z = mkdch();
  go([=] {
    rat c = one;
    for (;;) {
      Z->req.recv();
      rat u = get(U);
      Z->dat.send(boxed(mul(u, c)));
      c = mul(c, c0);
      if (end(u)) {
        Z->dat.send(boxed(finis));
        break;
      }
      for (int i = 1; i < n; i++) {
        Z->req.recv();
        Z->dat.send(boxed(zero));
      }
    }
  });
  return Z;
}

inline void check(PS U, rat c, int count, std::string str) {
  for (int i = 0; i < count; i++) {
    rat r = get(U);
    if (r.num != c.num || r.den != c.den) {
      print("got: ");
      pr(r);
      print("should get ");
      pr(c);
      print("\n");
      panic(str);
    }
  }
}

constexpr int N = 10;

inline void checka(PS U, const std::vector<rat>& a, std::string str) {
  for (int i = 0; i < N; i++) check(U, a[size_t(i)], 1, str);
}

inline bool printing;

inline void powser() {
  PS Ones = Rep(one);
  PS Twos = Rep(itor(2));
  if (printing) {
    print("Ones: ");
    printn(Ones, 10);
    print("Twos: ");
    printn(Twos, 10);
    print("Add: ");
    printn(Add(Ones, Twos), 10);
    print("Diff: ");
    printn(Diff(Ones), 10);
    print("Integ: ");
    printn(Integ(zero, Ones), 10);
    print("CMul: ");
    printn(Cmul(neg(one), Ones), 10);
    print("Sub: ");
    printn(Sub(Ones, Twos), 10);
    print("Mul: ");
    printn(Mul(Ones, Ones), 10);
    print("Exp: ");
    printn(Exp(Ones), 15);
    print("MonSubst: ");
    printn(MonSubst(Ones, neg(one), 2), 10);
    print("ATan: ");
    printn(Integ(zero, MonSubst(Ones, neg(one), 2)), 10);
    return;
  }
  check(Ones, one, 5, "Ones");
  check(Add(Ones, Ones), itor(2), 0, "Add Ones Ones");
  check(Add(Ones, Twos), itor(3), 0, "Add Ones Twos");
  std::vector<rat> a(N);
  PS d = Diff(Ones);
  for (int i = 0; i < N; i++) a[size_t(i)] = itor(i + 1);
  checka(d, a, "Diff");
  PS in = Integ(zero, Ones);
  a[0] = zero;
  for (int i = 1; i < N; i++) a[size_t(i)] = i2tor(1, i);
  checka(in, a, "Integ");
  check(Cmul(neg(one), Twos), itor(-2), 10, "CMul");
  check(Sub(Ones, Twos), itor(-1), 0, "Sub Ones Twos");
  PS m = Mul(Ones, Ones);
  for (int i = 0; i < N; i++) a[size_t(i)] = itor(i + 1);
  checka(m, a, "Mul");
  PS e = Exp(Ones);
  a = {itor(1),        itor(1),          i2tor(3, 2),        i2tor(13, 6),       i2tor(73, 24),
       i2tor(167, 40), i2tor(4051, 720), i2tor(37633, 5040), i2tor(43817, 4480), i2tor(4596553, 362880)};
  checka(e, a, "Exp");
  PS at = Integ(zero, MonSubst(Ones, neg(one), 2));
  for (int c = 1, i = 0; i < N; i++) {
    if (i % 2 == 0) {
      a[size_t(i)] = zero;
    } else {
      a[size_t(i)] = i2tor(c, i);
      c *= -1;
    }
  }
  checka(at, a, "ATan");
}

#endif  // POWSER_H_
