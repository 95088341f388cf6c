// The description of the goroutines for debuggers. See debuginfo.h.
#include "runtime/debuginfo.h"

#include "runtime/chan.h"
#include "runtime/panic.h"
#include "runtime/signal.h"
#include "runtime/symtab/symtab.h"
#include "sched/allgs.h"
#include "sched/stack.h"

// g and its kin are no standard-layout classes; both compilers place their members as if they were.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

extern "C" const char gort_gostart_code[];

namespace gort::rt {
namespace {

template <size_t N>
constexpr debug_entry entry(const char (&name)[N], uint64_t number) {
  static_assert(N <= sizeof(debug_entry::name));
  debug_entry e{};
  for (size_t i = 0; i < N; i++) e.name[i] = name[i];
  e.number = number;
  return e;
}

template <size_t N>
constexpr debug_entry at(const char (&name)[N], const volatile void* address) {
  debug_entry e = entry(name, 0);
  e.address = address;
  return e;
}

}  // namespace

#define OFFSET(type, member) entry(#type "." #member, offsetof(type, member))

static const char* waitreasons[size_t(waitReason::Count)];  // filled when the runtime starts

constexpr size_t kEntries = 70;
struct filled_info {
  char magic[8];
  uint32_t version;
  uint32_t count;
  debug_entry entries[kEntries];
};
static_assert(offsetof(filled_info, entries) == sizeof(debug_info));

}  // namespace gort::rt

using namespace gort::rt;

// Written by nobody; not const, for addresses in it are relocated, and a reader that looks at a file must not take them
// from there.
extern "C" {
[[gnu::used, gnu::visibility("default")]] constinit filled_info gort_debug_info = {
    {'g', 'o', 'r', 't', 'i', 'n', 'f', 'o'},
    kDebugInfoVersion,
    kEntries,
    {
        // Every goroutine: allgchunks[i / allgchunk][i % allgchunk] for i < *allglen.
        at("allglen", &allgn),
        at("allgchunks", allgchunks),
        entry("allgchunk", kAllgChunk),
        at("allm", &allm),                        // list of threads by m.alllink
        at("stack_sizes", stack_class_size),      // bytes of a stack, by g.stackclass
        at("main_entry", &symtab::g_main_entry),  // what main.main is
        at("gofunc_ret", gort_gofunc_ret),        // where the body of a func returns to
        at("gostart", gort_gostart_code),         // g.sched.pc of a goroutine that has not run yet
        at("lastpoll", &sched.lastpoll),          // nanotime
        at("waitreasons", waitreasons),           // what g.waitreason is called
        entry("waitreasons.count", size_t(waitReason::Count)),
        entry("g.size", sizeof(g)),
        OFFSET(g, sched.sp),  // where it goes on while it does not run: rsp, 0 before its first run,
        OFFSET(g, sched.bp),  // rbp,
        OFFSET(g, sched.pc),  // and rip; what its caller has in other registers lies in its frame
        OFFSET(g, m),
        OFFSET(g, panic),
        OFFSET(g, status),
        OFFSET(g, waitreason),
        OFFSET(g, thread),
        OFFSET(g, system),
        OFFSET(g, stackhi),
        OFFSET(g, stackclass),
        OFFSET(g, goid),
        OFFSET(g, parentgoid),
        OFFSET(g, gopc),
        OFFSET(g, startpc),
        OFFSET(g, waiting),
        OFFSET(g, blocking),
        OFFSET(g, waitsince),
        OFFSET(g, lockedm),
        entry("m.size", sizeof(m)),
        OFFSET(m, curg),
        OFFSET(m, prev),
        OFFSET(m, alllink),
        OFFSET(m, id),
        OFFSET(m, tid),
        OFFSET(m, gsignal),
        entry("gsignal.stopped", offsetof(signal_stack, stopped)),  // ucontext of a thread stopped by a dying one
        OFFSET(m, stacklo),
        OFFSET(m, stackhi),
        entry("panic.size", sizeof(_panic)),
        entry("panic.arg", offsetof(_panic, argbytes)),
        entry("panic.link", offsetof(_panic, link)),
        entry("panic.goexit", offsetof(_panic, goexit)),
        entry("any.type", 0),
        entry("any.words", 8),
        OFFSET(type_desc, flags),
        OFFSET(type_desc, size),
        OFFSET(type_desc, offset),
        OFFSET(type_desc, name),
        entry("type_desc.boxed", tf_boxed),  // a bit of flags: the value stands in an object
        OFFSET(object, type),
        entry("hchan.size", sizeof(hchan)),
        OFFSET(hchan, elemsize),
        OFFSET(hchan, state),
        entry("hchan.closed", kChanClosed),  // a bit of state
        OFFSET(hchan, qcount),
        OFFSET(hchan, dataqsiz),
        OFFSET(hchan, recvp),
        OFFSET(hchan, buf),
        OFFSET(hchan, bufend),
        OFFSET(hchan, recvq),
        OFFSET(hchan, sendq),
        OFFSET(waitq, first),
        OFFSET(sudog, g),
        OFFSET(sudog, next),
        OFFSET(sudog, elem),
        OFFSET(sudog, c),
        OFFSET(sudog, waitlink),
    }};

static_assert(sizeof(gort_debug_info) == sizeof(debug_info) + kEntries * sizeof(debug_entry));
}

void gort::rt::debug_info_init() {
  for (size_t i = 0; i < size_t(waitReason::Count); i++) waitreasons[i] = waitReasonString(waitReason(i));
}

const debug_info* gort::rt::own_debug_info() {
  return reinterpret_cast<const debug_info*>(&gort_debug_info);
}

// A name of its own for the note in gofunc.S: the symbol itself may be taken over by another object's, which a distance
// known to the linker cannot be.
extern "C" [[gnu::visibility("hidden"), gnu::alias("gort_debug_info")]] filled_info gort_debug_info_here;
