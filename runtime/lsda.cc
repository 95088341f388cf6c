// The table, in order (the "exception handling tables" supplement of the Itanium C++ ABI):
//   u8 encoding of the landing pads' base, then that base, unless omitted (then it is the function's start)
//   u8 encoding of the type table, then uleb128 offset from here to its end, unless omitted
//   u8 encoding of the call sites, uleb128 their length in bytes
//   call sites: start, length, landing pad (0: none), uleb128 action (0: cleanup only; else 1 + offset into the
//   actions); sorted by start. Starts are relative to func_start, pads to their base. actions: sleb128 filter (> 0
//   catch, 0 cleanup, < 0 exception specification), sleb128 distance to the next (0: last)
// Types stand below the end of the type table; filter n is the n-th from there.
#include "runtime/lsda.h"

#include <cstring>

extern "C" {
int __gxx_personality_v0(...);
int __gcc_personality_v0(...) __attribute__((weak));
}

namespace gort::rt {
namespace {

constexpr uint8_t kOmit = 0xff;
constexpr uint8_t kIndirect = 0x80;
constexpr uint8_t kPcRel = 0x10;

class Cursor {
 public:
  explicit Cursor(const void* p) : p_(static_cast<const uint8_t*>(p)) {}

  const uint8_t* at() const { return p_; }
  uint8_t byte() { return *p_++; }

  uint64_t uleb() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      uint8_t b = byte();
      if (shift < 64) value |= uint64_t(b & 0x7f) << shift;
      if (!(b & 0x80)) return value;
    }
  }

  int64_t sleb() {
    uint64_t value = 0;
    for (int shift = 0;;) {
      uint8_t b = byte();
      if (shift < 64) value |= uint64_t(b & 0x7f) << shift;
      shift += 7;
      if (b & 0x80) continue;
      if ((b & 0x40) && shift < 64) value |= ~uint64_t{0} << shift;
      return int64_t(value);
    }
  }

  template <class T>
  T fixed() {
    T value;
    memcpy(&value, p_, sizeof value);
    p_ += sizeof value;
    return value;
  }

  // A DW_EH_PE_* encoded value. Encodings relative to text or data do not occur on this platform.
  uint64_t encoded(uint8_t encoding) {
    if (encoding == kOmit) return 0;
    const uint8_t* here = p_;
    uint64_t value = 0;
    switch (encoding & 0x0f) {
      case 0x00:
      case 0x04:
      case 0x0c:
        value = fixed<uint64_t>();
        break;
      case 0x01:
        value = uleb();
        break;
      case 0x02:
        value = fixed<uint16_t>();
        break;
      case 0x03:
        value = fixed<uint32_t>();
        break;
      case 0x09:
        value = uint64_t(sleb());
        break;
      case 0x0a:
        value = uint64_t(int64_t{fixed<int16_t>()});
        break;
      case 0x0b:
        value = uint64_t(int64_t{fixed<int32_t>()});
        break;
      default:
        return 0;
    }
    if (value == 0) return 0;
    if ((encoding & 0x70) == kPcRel) value += reinterpret_cast<uintptr_t>(here);
    if (encoding & kIndirect) memcpy(&value, reinterpret_cast<const void*>(value), sizeof value);
    return value;
  }

 private:
  const uint8_t* p_;
};

size_t encoded_size(uint8_t encoding) {
  switch (encoding & 0x07) {
    case 0x02:
      return 2;
    case 0x03:
      return 4;
    default:
      return 8;
  }
}

// Follows one chain of actions.
void add_actions(const uint8_t* action, const uint8_t* types_end, uint8_t type_encoding, CallSite* site) {
  for (;;) {
    Cursor c(action);
    int64_t filter = c.sleb();
    const uint8_t* link = c.at();
    int64_t distance = c.sleb();
    if (filter == 0) {
      site->cleanup = true;
    } else if (filter < 0) {
      site->catch_all = true;
    } else {
      bool any = types_end != nullptr &&
                 Cursor(types_end - uint64_t(filter) * encoded_size(type_encoding)).encoded(type_encoding) == 0;
      (any ? site->catch_all : site->catches) = true;
    }
    if (distance == 0) return;
    action = link + distance;
  }
}

const uint8_t* after_endbr(const uint8_t* at) {
  constexpr uint8_t kEndbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
  return memcmp(at, kEndbr64, sizeof kEndbr64) == 0 ? at + sizeof kEndbr64 : at;
}

// is_clang_call_terminate: the code is that of __clang_call_terminate, which every object has its own of, without a
// name for others and without a table to unwind it by:
//   push %rax; call __cxa_begin_catch; call std::terminate
constexpr size_t kClangCallTerminate = 11;
bool is_clang_call_terminate(const uint8_t* at) {
  constexpr uint8_t kPush = 0x50, kCall = 0xe8;
  return at[0] == kPush && at[1] == kCall && at[6] == kCall;
}

// terminates: the landing pad is clang++'s for a noexcept function without destructors, a catch (...) that is
//   mov %rax, %rdi; call __clang_call_terminate
bool terminates(uintptr_t pad) {
  constexpr uint8_t kPassToCall[] = {0x48, 0x89, 0xc7, 0xe8};
  const uint8_t* at = after_endbr(reinterpret_cast<const uint8_t*>(pad));
  if (memcmp(at, kPassToCall, sizeof kPassToCall) != 0) return false;
  Cursor operand(at + sizeof kPassToCall);
  int64_t distance = operand.fixed<int32_t>();
  return is_clang_call_terminate(after_endbr(operand.at() + distance));
}

}  // namespace

bool returns_to_clang_call_terminate(uintptr_t return_pc) {
  return is_clang_call_terminate(reinterpret_cast<const uint8_t*>(return_pc) - kClangCallTerminate);
}

CallSite lsda_call_site(const void* lsda, uintptr_t func_start, uintptr_t lookup_pc) {
  CallSite site;
  Cursor c(lsda);
  uint8_t pad_encoding = c.byte();
  uint64_t pad_base = pad_encoding == kOmit ? func_start : c.encoded(pad_encoding);
  uint8_t type_encoding = c.byte();
  const uint8_t* types_end = nullptr;
  if (type_encoding != kOmit) {
    uint64_t distance = c.uleb();
    types_end = c.at() + distance;
  }
  uint8_t site_encoding = c.byte();
  uint64_t length = c.uleb();
  const uint8_t* actions = c.at() + length;
  bool has_entries = length != 0;
  uint64_t offset = lookup_pc - func_start;
  while (c.at() < actions) {
    uint64_t start = c.encoded(site_encoding);
    uint64_t size = c.encoded(site_encoding);
    uint64_t pad = c.encoded(site_encoding);
    uint64_t action = c.uleb();
    if (offset < start) break;
    if (offset >= start + size) continue;
    if (pad == 0) return site;
    site.landing_pad = pad_base + pad;
    if (action == 0) {
      site.cleanup = true;
    } else {
      add_actions(actions + action - 1, types_end, type_encoding, &site);
      if (site.catch_all && terminates(site.landing_pad)) {
        site.catch_all = false;
        site.must_terminate = true;
      }
    }
    return site;
  }
  site.must_terminate = true;
  site.gap = has_entries;
  return site;
}

Personality classify_personality(uintptr_t personality) {
  if (personality == reinterpret_cast<uintptr_t>(&__gxx_personality_v0)) return Personality::kCxx;
  auto* c = &__gcc_personality_v0;
  if (c != nullptr && personality == reinterpret_cast<uintptr_t>(c)) return Personality::kC;
  return Personality::kOther;
}

}  // namespace gort::rt
