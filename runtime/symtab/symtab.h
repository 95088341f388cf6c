// symtab turns program counters into Go-like names, file:line, inlined frames and argument words. It reads ELF and
// DWARF 4 and 5 itself.
//
// Who may call: any thread, any signal handler, with a corrupt or locked heap; and a tool, about another process or a
// core (it passes an object's path and load bias). Nothing here calls malloc, throws, uses stdio or waits for a lock
// without a bound: memory comes from bounded mappings, files are mapped read-only. A module's index is built lazily
// under a spinlock; who does not get the lock within 200 ms (its owner crashed while holding it, or it is this very
// thread, interrupted) gets a result from the symbol table alone, and everyone after that gets it at once.
//
//   symtab::Hold hold;                                   // strings stay while it lives
//   symtab::Location loc[16];
//   int n = symtab::locate(return_pc, false, loc, 16);   // loc[0] innermost inlined, loc[n-1] the physical function
//
// Costs: 20 to 50 us for a pc that is new, once its unit has been read (milliseconds for a large one); 10 ns for one
// that is kept (kept.h), without a lock. Memory: what is kept is at most 16 MiB; a module's index is dropped when it
// exceeds 64 MiB and by release().
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

// Hold keeps alive what lookups hand out: Kept, and the strings of Locations. They are given back some time after the
// last Hold that is older than a release() or the filling up of what is kept. Cheap; nests.
class Hold {
 public:
  Hold();
  ~Hold();
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
};

// Body: a lambda that in Go is not a function of its own.
enum class Body : uint8_t {
  kNone,
  kFunc,  // of a gort::func: a trace shows it as the function around the func, whose own frame further out is left out
  kCase,  // of a select's case: the function around the select is in this lambda
};

// Location is one logical frame.
struct Location {
  const char* function;     // Go-like name; never null
  const char* file;         // clean absolute path; "??" where unknown
  int line;                 // 0 where unknown
  uintptr_t entry;          // run-time entry of the physical function (of its cold part when pc is there); 0 unknown
  const char* module_path;  // object file
  uint64_t module_offset;   // pc - load bias: what addr2line takes
  bool inlined;             // an inlined frame: the printer prints "(...)" and no +0x
  Body body;                // a lambda that carries its enclosing function's name
  bool is_wrapper;  // no function in Go: compiler-made, or an operator or constructor of a type in a package of gort's
  bool from_dwarf;  // false: symbol table or bare offset
  uint8_t role;     // NameRole bits of function
  uint16_t function_len;
  uint16_t where_len;
  const char* where;   // "\n\t<file>:<line>", and " +0x<offset>" where a trace has it
  Module* module;      // with die and pc: what format_args needs
  uint32_t unit, die;  // .debug_info offsets; 0 none
  uint64_t pc;         // the looked-up address, less the bias
};

// What a function is to a trace, by its name.
enum NameRole : uint8_t {
  kRoleInternal = 1,  // gort's own: package runtime with a lower-case name, or no package at all
  kRoleGlue = 2,      // what std::function, std::bind and the like put between caller and callee
  kRoleThrow = 4,     // how a C++ throw works, or std::terminate
  kRolePanic = 8,     // panic itself
  kRoleFault = 16,    // where a fault becomes a panic
  kRoleBound = 32,    // calls a function with the arguments of its go or defer statement
};
uint8_t name_role(const char* function);

// Kept is a pc that has been looked up.
struct Plan;
struct CallSite;
struct Kept {
  uintptr_t pc;
  bool exact;
  uint32_t n;           // logical frames, at least 1
  const Location* at;   // innermost first; at[n - 1] is the physical function
  const Module* space;  // the module it was looked up in by name (another program's); null: this process
  Module* module;       // null: no object covers pc
  void* pool;           // it lies in; null: nowhere, it is a Spare
  mutable std::atomic<const Plan*> plan;
  mutable std::atomic<const CallSite*> site;

  const Location& physical() const { return at[n - 1]; }
};

// Spare is the room for a result that cannot be kept.
struct Spare {
  Kept kept;
  Location location;
  char name[40];   // where no object covers the pc
  char where[64];  // there is no file name in it
};

// lookup is what locate copies from: never null, valid while the Hold lives that the caller has, and its spare. A null
// module covers nothing: the pc is unknown.
const Kept* lookup(uintptr_t pc, bool exact, Spare* spare);
const Kept* lookup(Module* m, uint64_t pc, bool exact, Spare* spare);

// wrapper_name writes the name of the function that Go would make of a go or defer statement with arguments, such as
// main.f.deferwrap1, into out. statement is the looked-up address of the statement (gort::rt::here); the result is
// where it is, null if unknown.
const Location* wrapper_name(const Kept& statement, char* out, size_t size);

// is_kept tells whether lookup(pc, exact) would find it without a lock. Under a Hold.
bool is_kept(uintptr_t pc, bool exact);

// lookups counts the pcs that have been looked up and kept, in all.
uint64_t lookups();

// release gives back all memory that lookups took, as soon as nobody uses it; the next lookups start anew. usage is how
// much that is: what is kept, and the indices of this process's objects. release_indices leaves what is kept.
void release();
void release_indices();
size_t usage();

// open_module maps an object for lookups at a load bias (0 for a fixed-address executable). With a build id given, the
// file must carry the same. system_dwarf reads debug information of objects under /lib and /usr/lib too, which is
// skipped otherwise. Null: not an ELF file for amd64, or another build.
Module* open_module(const char* path, uint64_t bias, const uint8_t* build_id = nullptr, size_t build_id_len = 0,
                    bool system_dwarf = false);

// map_own_files maps the main program's file, and gort's if it is a library, so that their names can be read where
// there is no descriptor or no /proc any more, or another file in its place. Once; never in a signal handler.
void map_own_files();

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

// FrameNotes is what has been found out about a frame, zero at first: every frame of a stack is asked by the ones that
// it has called, and an argument that is passed on and on is found, or not, once.
struct FrameNotes {
  const Kept* kept;
  uint32_t known, certain, failed;  // bits of the registers in entry
  uint64_t entry[10];               // what the call site put into rax (0) to r9
};

// FrameView is a frame's registers in DWARF numbering (0 rax, 1 rdx, 2 rcx, 3 rbx, 4 rsi, 5 rdi, 6 rbp, 7 rsp, 8-15, 16
// rip), bit i of valid set where reg[i] is known. caller is the frame after unwinding this one, for what the call site
// says of arguments; it may be null.
struct FrameView {
  const uint64_t* reg;
  uint32_t valid;
  uint64_t cfa;  // 0 unknown
  const FrameView* caller;
  FrameNotes* notes;  // may be null
};

// FrameRegs is the same with the registers in place. exact as for locate: only then are call-clobbered registers
// believed.
struct FrameRegs {
  uint64_t reg[17];
  uint32_t valid;
  uint64_t cfa;             // 0 unknown
  bool exact;               // top or faulting frame
  const FrameRegs* caller;  // registers after unwinding this frame, for DW_OP_entry_value; may be null
};

// self_reader reads this process's own memory without faulting on a bad address (process_vm_readv).
MemReader& self_reader();

// format_args writes the words between the parentheses of a Go traceback line for the physical frame of k, and returns
// the length; mem reads the memory of whatever the registers belong to. "..." when the module has no DWARF for it or
// the module's lock cannot be had. buf has kMaxArgs bytes.
constexpr size_t kMaxArgs = 512;
size_t format_args(const Kept& k, const FrameView& f, MemReader& mem, char* buf);

// learn_args does the part of format_args that takes long the first time.
void learn_args(const Kept& k);

// The same as format_args for a Location, the outermost that locate gave, NUL-terminated.
int format_args(const Location& loc, const FrameRegs& regs, MemReader& mem, char* buf, size_t n);

}  // namespace gort::rt::symtab
