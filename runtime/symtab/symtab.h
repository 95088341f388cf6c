// symtab turns program counters into Go-like names, file:line, inlined frames and argument words. It reads ELF and
// DWARF 4 and 5 itself.
//
// Who may call: any thread, any signal handler, with a corrupt or locked heap; and a tool, about another process or a
// core (it passes an object's path and load bias). Nothing here calls malloc, throws, uses stdio or waits for a lock
// without a bound: memory comes from one bounded mapping a module, files are mapped read-only. A module's index is
// built lazily under a spinlock; who does not get the lock within 200 ms (its owner crashed while holding it, or it is
// this very thread, interrupted) gets a result from the symbol table alone, and everyone after that gets it at once.
//
//   symtab::Location loc[16];
//   int n = symtab::locate(return_pc, false, loc, 16);   // loc[0] innermost inlined, loc[n-1] the physical function
//
// Rejected: libbacktrace (no parents of DIEs: no namespaces versus classes, no closures' owners, no arguments; first
// use allocates through dl_iterate_phdr's lock) and libdw (malloc; 190 us a frame for scopes; 34-180 ms for a first
// libc CU).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/memread.h"

namespace gort::rt::symtab {

struct Module;

// Location is one logical frame. The strings live until the module is closed.
struct Location {
  const char* function;     // Go-like name; never null
  const char* file;         // clean absolute path; "??" where unknown
  int line;                 // 0 where unknown
  uintptr_t entry;          // run-time entry of the physical function (of its cold part when pc is there); 0 unknown
  uint64_t function_id;     // same value: same logical function (its declaring DIE); 0 without DWARF
  const char* module_path;  // object file
  uint64_t module_offset;   // pc - load bias: what addr2line takes
  bool inlined;             // an inlined frame: the printer prints "(...)" and no +0x
  bool is_func_body;        // body lambda of a gort::func that carries its enclosing function's name: the printer
                            // drops the physical frame of that enclosing function further out
  bool is_wrapper;          // compiler-made: a lambda's function-pointer thunk, a virtual thunk
  bool from_dwarf;          // false: symbol table or bare offset
  Module* module;           // with die and pc: what format_args needs
  uint32_t unit, die;       // .debug_info offsets; 0 none
  uint64_t pc;              // the looked-up address, less the bias
};

// open_module maps an object for lookups at a load bias (0 for a fixed-address executable). With a build id given, the
// file must carry the same. system_dwarf reads debug information of objects under /lib and /usr/lib too, which is
// skipped otherwise. Null: not an ELF file for amd64, or another build.
Module* open_module(const char* path, uint64_t bias, const uint8_t* build_id = nullptr, size_t build_id_len = 0,
                    bool system_dwarf = false);

// open_image does so for an object in memory that stays there until the module is closed (a vdso, or what is left of
// one without a file); only its symbol table is used. name: what module_path says.
Module* open_image(const char* name, const void* image, size_t n, uint64_t bias);

// set_debug_directory names the folder under which separate debug information is looked for; "/usr/lib/debug"
// otherwise. The string stays. For tools, before modules are opened.
void set_debug_directory(const char* path);

// close_module gives everything back; all strings of its Locations die.
void close_module(Module* m);

// build_id returns the object's build id and its length in *n.
const uint8_t* build_id(const Module* m, size_t* n);

// find_module returns the loaded object of this process that covers pc, opened at first need; null if none does.
// Lock-free in the dynamic loader (_dl_find_object).
Module* find_module(uintptr_t pc);

// locate fills out[0..max) with the logical frames at pc, innermost first, and returns how many; at least 1, 0 only if
// max is 0. exact: pc is a faulting or current instruction; otherwise it is a return address, and the call before it is
// looked up. When max is too small the outermost frames are missing.
int locate(uintptr_t pc, bool exact, Location* out, int max);
int locate(Module* m, uint64_t pc, bool exact, Location* out, int max);

// set_main_entry names the function at this address main.main, in this process and in modules opened by find_module.
// With a module: in that module (for another process or core).
void set_main_entry(uintptr_t entry);
void set_main_entry(Module* m, uint64_t entry);
extern std::atomic<uintptr_t> g_main_entry;  // the one of this process, 0 before

// demangle writes the Go-like name of a linkage name, as far as a mangled name tells (no return, parameter or template
// arguments). False: not a mangled name that it understands; out is then unchanged. Needs no module, no memory.
bool demangle(const char* mangled, char* out, size_t n);

// FrameRegs are a frame's registers in DWARF numbering (0 rax, 1 rdx, 2 rcx, 3 rbx, 4 rsi, 5 rdi, 6 rbp, 7 rsp, 8-15,
// 16 rip). valid has one bit a register. exact as for locate: only then are call-clobbered registers believed.
struct FrameRegs {
  uint64_t reg[17];
  uint32_t valid;
  uint64_t cfa;             // 0 unknown
  bool exact;               // top or faulting frame
  const FrameRegs* caller;  // registers after unwinding this frame, for DW_OP_entry_value; may be null
};

// self_reader reads this process's own memory without faulting on a bad address (process_vm_readv).
MemReader& self_reader();

// format_args writes the words between the parentheses of a Go traceback line for the physical frame loc,
// NUL-terminated, and returns the length. mem reads the memory of whatever the registers belong to. "..." when the
// module has no DWARF for it or the module's lock cannot be had.
int format_args(const Location& loc, const FrameRegs& regs, MemReader& mem, char* buf, size_t n);

}  // namespace gort::rt::symtab
