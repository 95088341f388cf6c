// libunwind, loaded rather than linked.
//
// libunwind.so exports _Unwind_RaiseException and its kin. Linked into a program before libgcc_s it takes over the
// whole program's C++ exceptions, which then cost about 20 times more, and pthread_exit crashes. dlopen with RTLD_LOCAL
// gives its functions to us alone. Of two libraries the target-specific one is used: it has no local address space of
// its own, but ours, with accessors, serves this process, other processes and core files alike.
//
// A cursor here lives for one step. unw_init_remote() starts it in the "exact pc" state, so it is given lookup pcs, and
// whether the frame was a signal's is seen from the second step: it asks for the tables at the new rip itself after a
// signal frame, at rip - 1 after a call. That question is answered with an error, which ends the cursor.
//
// Caching in libunwind is off: its cache would take a lock and two system calls a step, and rows are our cache.
#include <dlfcn.h>
#include <libunwind.h>

#include "runtime/unwind_internal.h"

namespace gort::rt {
namespace {

// What a call preserves.
constexpr uint32_t kPreserved = 1u << Regs::kRbx | 1u << Regs::kRbp | 1u << Regs::kR12 | 1u << Regs::kR13 |
                                1u << Regs::kR14 | 1u << Regs::kR15 | 1u << Regs::kRsp | 1u << Regs::kRip;

struct Library {
  decltype(&unw_create_addr_space) create_addr_space;
  decltype(&unw_set_caching_policy) set_caching_policy;
  decltype(&unw_init_remote) init_remote;
  decltype(&unw_step) step;
  decltype(&unw_get_reg) get_reg;
  int (*search_unwind_table)(unw_addr_space_t, unw_word_t, unw_dyn_info_t*, unw_proc_info_t*, int, void*);
  unw_addr_space_t space;
};

Library lib;

// What the accessors get as their argument.
struct Session {
  CodeSource* code;
  FrameSource* frame;
  uint64_t pc;
  bool found = false;         // the tables of pc were found
  uint64_t second_query = 0;  // where the second step looked
  unw_proc_info_t info{};
};

// Reads .eh_frame_hdr as every linker writes it: version 1, pcrel sdata4 pointer, udata4 count, datarel sdata4 table.
int search_object(unw_addr_space_t as, uint64_t ip, unw_proc_info_t* pi, int need_unwind_info, Session* s) {
  CodeObject object;
  uint64_t head, tail;
  if (!s->code->find(ip, &object)) return -UNW_ENOINFO;
  uint64_t hdr = object.eh_frame_hdr;
  if ((hdr & 3) || !s->code->read_word(hdr & ~uint64_t{7}, &head) ||
      !s->code->read_word((hdr + 8) & ~uint64_t{7}, &tail)) {
    return -UNW_ENOINFO;
  }
  uint32_t encodings = hdr & 4 ? uint32_t(head >> 32) : uint32_t(head);
  uint32_t count = hdr & 4 ? uint32_t(tail >> 32) : uint32_t(tail);
  if (encodings != 0x3b031b01) return -UNW_ENOINFO;
  unw_dyn_info_t di{};
  di.start_ip = object.start;
  di.end_ip = object.end;
  di.format = UNW_INFO_FORMAT_REMOTE_TABLE;
  di.u.rti.segbase = hdr;
  di.u.rti.table_data = hdr + 12;
  di.u.rti.table_len = count;  // in words; an entry is one word
  return lib.search_unwind_table(as, ip, &di, pi, need_unwind_info, s);
}

int find_proc_info(unw_addr_space_t as, unw_word_t ip, unw_proc_info_t* pi, int need_unwind_info, void* arg) {
  auto* s = static_cast<Session*>(arg);
  if (s->found) {
    s->second_query = ip;
    return -UNW_EBADVERSION;
  }
  int err = search_object(as, ip, pi, need_unwind_info, s);
  // ENOINFO would send unw_step() guessing.
  if (err < 0) return -UNW_EBADVERSION;
  s->found = true;
  s->info = *pi;
  return err;
}

void put_unwind_info(unw_addr_space_t, unw_proc_info_t*, void*) {}

int no_dynamic_info(unw_addr_space_t, unw_word_t*, void*) {
  return -UNW_ENOINFO;
}

int access_mem(unw_addr_space_t, unw_word_t addr, unw_word_t* value, int write, void* arg) {
  auto* s = static_cast<Session*>(arg);
  if (write) return -UNW_EINVAL;
  bool handled = false;
  bool ok = s->frame->read_stack(addr, value, &handled);
  if (!handled) ok = s->code->read_word(addr, value);
  return ok ? 0 : -UNW_EINVAL;
}

int access_reg(unw_addr_space_t, unw_regnum_t reg, unw_word_t* value, int write, void* arg) {
  auto* s = static_cast<Session*>(arg);
  if (write || reg < 0 || reg >= Regs::kCount) return -UNW_EBADREG;
  if (reg == Regs::kRip) {
    *value = s->pc;
    return 0;
  }
  return s->frame->get_reg(reg, value) ? 0 : -UNW_EBADREG;
}

int access_fpreg(unw_addr_space_t, unw_regnum_t, unw_fpreg_t*, int, void*) {
  return -UNW_EBADREG;
}

int no_resume(unw_addr_space_t, unw_cursor_t*, void*) {
  return -UNW_EINVAL;
}

int no_proc_name(unw_addr_space_t, unw_word_t, char*, size_t, unw_word_t*, void*) {
  return -UNW_ENOINFO;
}

template <class F>
bool bind(void* handle, const char* name, F& function) {
  function = reinterpret_cast<F>(dlsym(handle, name));
  return function != nullptr;
}

}  // namespace

bool libunwind_load() {
  void* handle = dlopen("libunwind-x86_64.so.8", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return false;
  if (!bind(handle, "_Ux86_64_create_addr_space", lib.create_addr_space) ||
      !bind(handle, "_Ux86_64_set_caching_policy", lib.set_caching_policy) ||
      !bind(handle, "_Ux86_64_init_remote", lib.init_remote) || !bind(handle, "_Ux86_64_step", lib.step) ||
      !bind(handle, "_Ux86_64_get_reg", lib.get_reg) ||
      !bind(handle, "_Ux86_64_dwarf_search_unwind_table", lib.search_unwind_table)) {
    return false;
  }
  static unw_accessors_t accessors = {find_proc_info, put_unwind_info, no_dynamic_info, access_mem,
                                      access_reg,     access_fpreg,    no_resume,       no_proc_name};
  lib.space = lib.create_addr_space(&accessors, 0);
  return lib.space != nullptr && lib.set_caching_policy(lib.space, UNW_CACHE_NONE) == 0;
}

NativeStep native_step(CodeSource& code, FrameSource& frame, uint64_t pc) {
  NativeStep out;
  if (lib.space == nullptr) return out;
  Session session{&code, &frame, pc};
  unw_cursor_t cursor;
  if (lib.init_remote(&cursor, lib.space, &session) < 0) return out;
  int rc = lib.step(&cursor);
  if (!session.found) {
    out.status = NativeStep::kNoInfo;
    return out;
  }
  out.func_start = session.info.start_ip;
  out.lsda = session.info.lsda;
  out.personality = session.info.handler;
  if (rc <= 0) {
    out.status = rc == 0 ? NativeStep::kEnd : NativeStep::kFailed;
    return out;
  }
  for (int i = 0; i < Regs::kCount; i++) {
    unw_word_t value;
    if (lib.get_reg(&cursor, i, &value) >= 0) out.regs.set(i, value);
  }
  unw_word_t cfa;
  if (!out.regs.has(Regs::kRip) || lib.get_reg(&cursor, UNW_X86_64_CFA, &cfa) < 0) return out;
  out.cfa = cfa;
  out.status = NativeStep::kStepped;
  (void)lib.step(&cursor);
  out.signal_frame = session.second_query == out.regs.r[Regs::kRip];
  // libunwind takes every register without a rule for unchanged; the caller-saved ones are stale.
  if (!out.signal_frame) out.regs.valid &= kPreserved;
  return out;
}

}  // namespace gort::rt
