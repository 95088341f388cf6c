// A small inflate (RFC 1950, 1951) for SHF_COMPRESSED sections: no state outside the caller's buffers and 3 KB of
// stack.
#include "runtime/symtab/elf.h"

namespace gort::rt::symtab {
namespace {

struct Bits {
  const uint8_t* p;
  const uint8_t* end;
  uint64_t hold = 0;
  int n = 0;
  bool ok = true;

  uint32_t take(int want) {
    while (n < want) {
      if (p == end) {
        ok = false;
        return 0;
      }
      hold |= static_cast<uint64_t>(*p++) << n;
      n += 8;
    }
    uint32_t v = static_cast<uint32_t>(hold & ((uint64_t{1} << want) - 1));
    hold >>= want;
    n -= want;
    return v;
  }
};

// Canonical Huffman code: count of codes by length, symbols in order of code.
struct Huffman {
  uint16_t count[16];
  uint16_t symbol[288];

  void build(const uint8_t* len, int n) {
    for (auto& c : count) c = 0;
    for (int i = 0; i < n; i++) count[len[i]]++;
    count[0] = 0;
    uint16_t at[16];
    at[1] = 0;
    for (int i = 1; i < 15; i++) at[i + 1] = static_cast<uint16_t>(at[i] + count[i]);
    for (int i = 0; i < n; i++)
      if (len[i]) symbol[at[len[i]]++] = static_cast<uint16_t>(i);
  }
  int decode(Bits& b) const {
    int code = 0, first = 0, index = 0;
    for (int len = 1; len <= 15; len++) {
      code |= static_cast<int>(b.take(1));
      if (!b.ok) return -1;
      int c = count[len];
      if (code - first < c) return symbol[index + code - first];
      index += c;
      first = (first + c) << 1;
      code <<= 1;
    }
    return -1;
  }
};

struct Output {
  uint8_t* p;
  size_t n, cap;
};

constexpr uint16_t kLenBase[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                   31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr uint8_t kLenExtra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                   2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr uint16_t kDistBase[30] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                    33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr uint8_t kDistExtra[30] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                    6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

bool codes(Bits& b, Output& o, const Huffman& lit, const Huffman& dist) {
  for (;;) {
    int s = lit.decode(b);
    if (s < 0) return false;
    if (s == 256) return true;
    if (s < 256) {
      if (o.n == o.cap) return false;
      o.p[o.n++] = static_cast<uint8_t>(s);
      continue;
    }
    if (s > 285) return false;
    size_t len = kLenBase[s - 257] + b.take(kLenExtra[s - 257]);
    int d = dist.decode(b);
    if (d < 0 || d > 29) return false;
    size_t back = kDistBase[d] + b.take(kDistExtra[d]);
    if (!b.ok || back > o.n || len > o.cap - o.n) return false;
    for (size_t i = 0; i < len; i++, o.n++) o.p[o.n] = o.p[o.n - back];
  }
}

bool stored(Bits& b, Output& o) {
  b.take(b.n & 7);
  uint32_t len = b.take(16), inv = b.take(16);
  if (!b.ok || (len ^ 0xffff) != inv || len > o.cap - o.n) return false;
  for (uint32_t i = 0; i < len; i++) o.p[o.n++] = static_cast<uint8_t>(b.take(8));
  return b.ok;
}

bool dynamic_codes(Bits& b, Huffman& lit, Huffman& dist) {
  static constexpr uint8_t kOrder[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  int nlen = static_cast<int>(b.take(5)) + 257, ndist = static_cast<int>(b.take(5)) + 1;
  int ncode = static_cast<int>(b.take(4)) + 4;
  if (!b.ok || nlen > 286 || ndist > 30) return false;
  uint8_t len[320] = {};
  for (int i = 0; i < ncode; i++) len[kOrder[i]] = static_cast<uint8_t>(b.take(3));
  lit.build(len, 19);
  for (auto& l : len) l = 0;
  for (int i = 0; i < nlen + ndist;) {
    int s = lit.decode(b);
    if (s < 0) return false;
    if (s < 16) {
      len[i++] = static_cast<uint8_t>(s);
      continue;
    }
    uint8_t v = 0;
    if (s == 16) {
      if (i == 0) return false;
      v = len[i - 1];
    }
    int rep = s == 16   ? 3 + static_cast<int>(b.take(2))
              : s == 17 ? 3 + static_cast<int>(b.take(3))
                        : 11 + static_cast<int>(b.take(7));
    if (!b.ok || i + rep > nlen + ndist) return false;
    while (rep--) len[i++] = v;
  }
  lit.build(len, nlen);
  dist.build(len + nlen, ndist);
  return true;
}

void fixed_codes(Huffman& lit, Huffman& dist) {
  uint8_t len[288];
  for (int i = 0; i < 288; i++) len[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  lit.build(len, 288);
  for (int i = 0; i < 30; i++) len[i] = 5;
  dist.build(len, 30);
}

}  // namespace

bool inflate(const uint8_t* in, size_t in_len, uint8_t* out, size_t n) {
  if (in_len < 2 || (in[0] & 15) != 8) return false;
  Bits b{in + 2, in + in_len};
  Output o{out, 0, n};
  Huffman lit, dist;
  for (bool last = false; !last;) {
    last = b.take(1);
    uint32_t type = b.take(2);
    if (!b.ok) return false;
    if (type == 0) {
      if (!stored(b, o)) return false;
      continue;
    }
    if (type == 3) return false;
    if (type == 1) {
      fixed_codes(lit, dist);
    } else if (!dynamic_codes(b, lit, dist)) {
      return false;
    }
    if (!codes(b, o, lit, dist)) return false;
  }
  return o.n == n;
}

}  // namespace gort::rt::symtab
