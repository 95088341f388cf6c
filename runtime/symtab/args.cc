// Argument words between the parentheses of a traceback line, as Go prints them: compiled to a plan, once a pc.
//
// Hex words; aggregates in braces; at most 10 words, then "..."; at most 5 levels of braces; "?" after a word that may
// be stale; "_" for a word whose value is not to be had. The receiver comes first; a lambda's closure object is not an
// argument. Pointers, references and floats are one word. Strings (std::string by value or by reference, string_view)
// are {ptr, len} and spans too, vectors {ptr, len, cap}, as Go's strings and slices; errors, contexts and any, by value
// or by reference, are {type, word}, as Go's interfaces; a std::function or a closure is one word. Other types of std
// and gort print their words flat, without their inner structure, and as a bare word when they are no larger than one:
// a chan is a pointer to whoever reads the trace.
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#include <gort/type.h>

#include "runtime/symtab/expr.h"
#include "runtime/symtab/kept.h"

namespace gort::rt::symtab {
namespace {

constexpr int kMaxWords = 10;
constexpr int kMaxLevels = 5;
constexpr int kMaxNested = 12;  // of library types, whose braces are not printed; bounds the stack

Die strip(Die t) {
  for (int i = 0; i < 16 && t; i++) {
    switch (t.tag()) {
      case kTagConst:
      case kTagVolatile:
      case kTagRestrict:
      case kTagAtomic:
      case kTagTypedef:
        t = t.ref(kAtType);
        break;
      default:
        return t;
    }
  }
  return t;
}

bool is_class(const Die& t) {
  return t.tag() == kTagClass || t.tag() == kTagStructure;
}

// The complete definition of a class that is only declared in this unit is not looked for: its words are then unknown.
uint64_t size_of(const Die& t) {
  switch (t.tag()) {
    case kTagPointer:
    case kTagReference:
    case kTagRvalueReference:
      return 8;
    case kTagPtrToMember:
      return strip(t.ref(kAtType)).tag() == 0x15 ? 16 : 8;  // 0x15: a member function
    case kTagUnspecified:
      return 8;  // nullptr_t
    default:
      return t.num(kAtByteSize);
  }
}

bool begins(const char* s, const char* with) {
  return s && strncmp(s, with, strlen(with)) == 0;
}

// The outermost namespace of a type, for the library rules.
const char* root_namespace(Module* m, const Die& t) {
  const char* name = nullptr;
  if (!walk_unit(m, t.u)) return nullptr;
  uint32_t n = node_at(t.u, t.off);
  if (n == ~0u) return nullptr;
  for (n = t.u->nodes[n].parent; n; n = t.u->nodes[n].parent) {
    if (t.u->nodes[n].tag == kTagSubprogram) return nullptr;
    if (t.u->nodes[n].tag == kTagNamespace) name = node_die(m, t.u, n).str(kAtName);
  }
  return name;
}

class ArgPrinter {
 public:
  explicit ArgPrinter(const Frame& f) : f_(f), out_(*f.plan) {}

  // The next component at this level; false: the limit is reached and "..." stands there.
  bool value(const Die& type, const ValuePlace& v, uint64_t off, int level) {
    Die t = strip(type);
    if (!room()) return false;
    if (level > kMaxNested) return unknown(), true;
    if (reference(t, v, off)) return true;
    if (t.tag() == kTagArray) return array(t, v, off, level);
    if (t.tag() == kTagUnion) return chunks(v, off, size_of(t));
    if (!is_class(t)) return scalar(t, v, off);
    return class_value(t, v, off, level);
  }

 private:
  const Frame& f_;
  PlanBuilder& out_;
  int words_ = 0;
  bool first_ = true;
  bool flat_ = false;

  void comma() {
    if (!first_) out_.text(", ");
    first_ = false;
  }
  bool room() {
    if (words_ < kMaxWords) return true;
    comma();
    out_.text("...");
    return false;
  }
  void open() {
    comma();
    out_.text('{');
    first_ = true;
  }
  void close() {
    out_.text('}');
    first_ = false;
  }
  void word(Operand v, size_t n, bool certain) {
    comma();
    words_++;
    out_.word(v, n, certain);
  }
  void unknown() { word({}, 8, true); }
  void word_at(const ValuePlace& v, uint64_t off, size_t n) {
    Operand w;
    bool certain = true;
    if (!fetch(f_, v, off, n, &w, &certain)) w = {};
    word(w, n, certain);
  }

  bool scalar(const Die& t, const ValuePlace& v, uint64_t off) {
    uint64_t n = t ? size_of(t) : 0;
    if (n == 0 && t.tag() == kTagEnumeration) n = size_of(strip(t.ref(kAtType)));
    if (n == 0) return unknown(), true;
    if (n <= 8) return word_at(v, off, n), true;
    return chunks(v, off, n);
  }

  // What has no simpler meaning, by words: __int128, long double, unions, member function pointers.
  bool chunks(const ValuePlace& v, uint64_t off, uint64_t n) {
    bool braces = !flat_;
    if (braces) open();
    for (uint64_t i = 0; i < n && room(); i += 8) word_at(v, off + i, n - i < 8 ? static_cast<size_t>(n - i) : 8);
    if (braces) close();
    return true;
  }

  bool array(const Die& t, const ValuePlace& v, uint64_t off, int level) {
    Die elem = strip(t.ref(kAtType));
    uint64_t count = 0, size = size_of(elem);
    for_each_child(t, [&](const Die& c) {
      if (c.tag() != kTagSubrange) return true;
      count = c.has(kAtCount) ? c.num(kAtCount) : c.has(kAtUpperBound) ? c.num(kAtUpperBound) + 1 : 0;
      return false;
    });
    if (!begin_level(level)) return true;
    if (count == 0) words_++;
    for (uint64_t i = 0; i < count; i++)
      if (!value(elem, v, off + i * size, level + 1)) break;
    end_level();
    return true;
  }

  // begin_level opens a brace unless the library rule flattens; false: too deep, "{...}" has been printed.
  bool begin_level(int level) {
    if (flat_) return true;
    open();
    if (level + 1 < kMaxLevels) return true;
    comma();
    out_.text("...");
    words_++;
    close();
    return false;
  }
  void end_level() {
    if (!flat_) close();
  }

  bool class_value(const Die& t, const ValuePlace& v, uint64_t off, int level) {
    if (closure(t, v, off) || string_like(t, v, off) || interface(t, v, off)) return true;
    const char* ns = flat_ ? nullptr : root_namespace(f_.m, t);
    bool library = ns && (strcmp(ns, "std") == 0 || strcmp(ns, "gort") == 0);
    uint64_t size = size_of(t);
    if (library && size && size <= 8) return word_at(v, off, size), true;
    if (t.flag(kAtDeclaration)) return unknown(), true;
    if (!begin_level(level)) return true;
    bool was_flat = flat_;
    flat_ = flat_ || library;
    if (!members(t, v, off, level + 1) && !was_flat) words_++;  // "{}" counts
    flat_ = was_flat;
    end_level();
    return true;
  }

  // A func literal is one word in Go, a pointer. Here it is the address of what it captures.
  bool closure(const Die& t, const ValuePlace& v, uint64_t off) {
    uint32_t n = walk_unit(f_.m, t.u) ? node_at(t.u, t.off) : ~0u;
    if (n == ~0u || closure_of(f_.m, t.u, n) == ~0u) return false;
    const bool placed = v.pieces == 0 && v.whole.kind == Place::kMemory;
    word(placed ? v.whole.v.plus(static_cast<int64_t>(off)) : Operand{}, 8, v.whole.certain);
    return true;
  }

  struct Member {
    Die type;
    uint64_t off = 0, bit_off = 0;
    uint32_t bits = 0;
  };

  // read_member tells whether a child of a class takes part: a base or a non-static data member at a fixed place.
  bool read_member(const Die& c, Member* m) {
    if ((c.tag() != kTagMember && c.tag() != kTagInheritance) || c.flag(kAtExternal)) return false;
    Value at;
    m->type = strip(c.ref(kAtType));
    m->bits = static_cast<uint32_t>(c.num(kAtBitSize));
    if (c.get(kAtDataMemberLocation, &at)) {
      if (at.kind == Value::kBlock) return false;  // a virtual base
      m->off = at.u;
    } else if (c.has(kAtDeclaration)) {
      return false;  // static
    }
    if (c.has(kAtDataBitOffset)) {
      m->bit_off = c.num(kAtDataBitOffset);
    } else if (c.has(kAtBitOffset)) {  // before DWARF 4, and clang for gdb: from the top of the storage unit
      const uint64_t unit = c.has(kAtByteSize) ? c.num(kAtByteSize) : size_of(m->type);
      m->bit_off = m->off * 8 + unit * 8 - c.num(kAtBitOffset) - m->bits;
    }
    if (c.has(kAtDataBitOffset) || c.has(kAtBitOffset)) {
      m->off = m->bit_off / 64 * 8;
      m->bit_off %= 64;
    }
    return c.tag() != kTagInheritance || !empty(m->type, 0);
  }

  // members prints bases and data members; both compilers list them in the order of their places. False: there are
  // none.
  bool members(const Die& t, const ValuePlace& v, uint64_t off, int level) {
    bool any = false;
    for_each_child(t, [&](const Die& c) {
      Member m;
      if (!read_member(c, &m)) return true;
      any = true;
      if (!m.bits || m.bits > 64) return value(m.type, v, off + m.off, level);
      if (!room()) return false;
      bit_field(m, v, off);
      return true;
    });
    return any;
  }

  void bit_field(const Member& m, const ValuePlace& v, uint64_t off) {
    Operand w;
    bool certain = true;
    size_t n = 1;  // the fewest bytes that hold it: reading on might leave the object
    while (m.bit_off + m.bits > 8 * n) n *= 2;
    if (n > 8 || !fetch(f_, v, off + m.off, n, &w, &certain)) return unknown();
    w = out_.binary(Step::kShr, w, Operand::constant(m.bit_off));
    if (m.bits < 64) w = out_.binary(Step::kAnd, w, Operand::constant((uint64_t{1} << m.bits) - 1));
    word(w, 8, certain);
  }

  bool empty(const Die& t, int depth) {
    bool any = depth > kMaxNested;
    if (!any)
      for_each_child(t, [&](const Die& c) {
        any = (c.tag() == kTagMember && !c.flag(kAtExternal)) ||
              (c.tag() == kTagInheritance && !empty(strip(c.ref(kAtType)), depth + 1));
        return !any;
      });
    return !any;
  }

  // find_member finds a data member by name, through bases and nested std members, and adds its offset.
  bool find_member(const Die& t, const char* name, int depth, uint64_t* off, Die* type) {
    bool found = false;
    if (depth > 4) return false;
    for_each_child(t, [&](const Die& c) {
      if ((c.tag() != kTagMember && c.tag() != kTagInheritance) || c.flag(kAtExternal)) return true;
      Die ct = strip(c.ref(kAtType));
      const char* n = c.str(kAtName);
      uint64_t at = c.num(kAtDataMemberLocation);
      if (c.tag() == kTagMember && n && strcmp(n, name) == 0) {
        *off += at;
        *type = ct;
        found = true;
      } else if (is_class(ct)) {
        uint64_t o = *off + at;
        found = find_member(ct, name, depth + 1, &o, type);
        if (found) *off = o;
      }
      return !found;
    });
    return found;
  }

  // libstdc++'s layouts of strings, views, vectors and functions, recognised by their members.
  bool string_like(const Die& t, const ValuePlace& v, uint64_t off) {
    static constexpr struct {
      const char* type;
      const char* ptr;
      const char* len;
    } kKinds[] = {{"basic_string<", "_M_p", "_M_string_length"},
                  {"basic_string_view<", "_M_str", "_M_len"},
                  {"span<", "_M_ptr", "_M_extent_value"}};
    const char* name = t.str(kAtName);
    if (!name || !strchr(name, '<')) return false;
    const char* ns = root_namespace(f_.m, t);
    if (!ns || strcmp(ns, "std") != 0) return false;
    for (const auto& k : kKinds) {
      if (!begins(name, k.type)) continue;
      uint64_t p = 0, n = 0;
      Die pt, nt;
      if (!find_member(t, k.ptr, 0, &p, &pt) || !find_member(t, k.len, 0, &n, &nt)) return false;
      open();
      word_at(v, off + p, 8);
      word_at(v, off + n, 8);
      close();
      return true;
    }
    uint64_t at = 0;
    Die invoker;
    if (begins(name, "function<") && find_member(t, "_M_invoker", 0, &at, &invoker))
      return word_at(v, off + at, 8), true;
    return begins(name, "vector<") && vector(t, v, off);
  }

  bool vector(const Die& t, const ValuePlace& v, uint64_t off) {
    static constexpr const char* kNames[] = {"_M_start", "_M_finish", "_M_end_of_storage"};
    uint64_t at[3] = {};
    Die pt;
    for (int i = 0; i < 3; i++)
      if (!find_member(t, kNames[i], 0, &at[i], &pt)) return false;
    uint64_t size = size_of(strip(pt.ref(kAtType)));
    if (pt.tag() != kTagPointer || size == 0) return false;
    Operand w[3];
    bool certain = true;
    for (int i = 0; i < 3; i++)
      if (!fetch(f_, v, off + at[i], 8, &w[i], &certain)) w[i] = {};
    open();
    word(w[0], 8, certain);
    for (int i = 1; i < 3; i++)
      word(out_.binary(Step::kDiv, out_.binary(Step::kSub, w[i], w[0]), Operand::constant(size)), 8, certain);
    close();
    return true;
  }

  // gort's any begins with its type and a word; errors and contexts are one pointer, to what begins with its type or
  // has it behind a count.
  struct Interface {
    const char* type;
    const char* member;
    int64_t offset;  // -1: no pointer
  };
  static const Interface* interface_of(const char* type) {
    static constexpr Interface kAll[] = {
        {"error", "o_", 8}, {"Error", "o_", 8}, {"Context", "n_", 0}, {"any", "type_", -1}};
    for (const Interface& i : kAll)
      if (type && strcmp(type, i.type) == 0) return &i;
    return nullptr;
  }

  bool interface(const Die& t, const ValuePlace& v, uint64_t off) {
    const Interface* i = interface_of(t.str(kAtName));
    uint64_t p = 0;
    Die pt;
    const char* ns = i ? root_namespace(f_.m, t) : nullptr;
    if (!ns || strcmp(ns, "gort") != 0 || !find_member(t, i->member, 0, &p, &pt)) return false;
    open();
    if (i->offset < 0) {
      any_words(v, off + p);
    } else {
      Operand ptr;
      bool certain = true;
      if (!fetch(f_, v, off + p, 8, &ptr, &certain)) ptr = {};
      word(out_.load_through(ptr, i->offset), 8, certain);
      word(ptr, 8, certain);
    }
    close();
    return true;
  }

  // An any's second word is a pointer in Go. Where the value itself stands in our words, that is the address of them.
  void any_words(const ValuePlace& v, uint64_t off) {
    Operand type, data;
    bool certain = true;
    if (!fetch(f_, v, off, 8, &type, &certain)) type = {};
    word(type, 8, certain);
    if (!fetch(f_, v, off + 8, 8, &data, &certain)) data = {};
    if (v.pieces == 0 && v.whole.kind == Place::kMemory) {
      constexpr uint64_t kPointer = tf_boxed | tf_pointer_word;
      Operand zero = Operand::constant(0);
      Operand flags = out_.load_through(type, offsetof(type_desc, flags));
      Operand pointer = out_.binary(Step::kNe, out_.binary(Step::kAnd, flags, Operand::constant(kPointer)), zero);
      Operand value = out_.binary(Step::kSub, out_.binary(Step::kNe, type, zero), pointer);
      Operand at = v.whole.v.plus(static_cast<int64_t>(off + 8));
      data = out_.binary(Step::kAdd, out_.binary(Step::kMul, pointer, data), out_.binary(Step::kMul, value, at));
    }
    word(data, 8, certain);
  }

  // A reference to a std::string reads as the string, one to an interface as that.
  bool reference(const Die& t, const ValuePlace& v, uint64_t off) {
    if (t.tag() != kTagReference && t.tag() != kTagRvalueReference) return false;
    Die to = strip(t.ref(kAtType));
    const char* name = is_class(to) ? to.str(kAtName) : nullptr;
    bool string = begins(name, "basic_string<") || begins(name, "basic_string_view<");
    if (!string && interface_of(name) == nullptr) return false;
    Operand addr;
    bool certain = true;
    ValuePlace target;
    if (fetch(f_, v, off, 8, &addr, &certain)) target = memory_at(addr, certain);
    return string ? string_like(to, target, 0) : interface(to, target, 0);
  }
};

// for_each_parameter calls f(declared parameter) in declaration order, packs flattened.
template <class F>
void for_each_parameter(const Die& fn, F f) {
  for_each_child(fn, [&](const Die& c) {
    if (c.tag() == kTagFormalParameter) f(c);
    if (c.tag() == kTagGnuFormalPack)
      for_each_child(c, [&](const Die& d) {
        if (d.tag() == kTagFormalParameter) f(d);
        return true;
      });
    return true;
  });
}

// The description of param within the concrete function: itself, or the one whose abstract origin it is.
Die concrete_parameter(const Die& fn, const Die& origin, const Die& param) {
  if (fn.off == origin.off) return param;
  Die found;
  for_each_parameter(fn, [&](const Die& c) {
    if (!found && c.ref(kAtAbstractOrigin).off == param.off) found = c;
  });
  return found;
}

bool closure_member(Module* m, const Die& fn) {
  Unit* u;
  uint32_t p = parent_scope(m, decl_of(fn), &u);
  return p != ~0u && closure_of(m, u, p) != ~0u;
}

void print_all(const Frame& f) {
  Die origin = origin_of(f.fn);
  bool closure = closure_member(f.m, f.fn), more = true;
  ArgPrinter p(f);
  for_each_parameter(origin, [&](const Die& param) {
    if (!more) return;
    if (param.flag(kAtArtificial)) {
      const char* name = param.str(kAtName);
      if (closure || !name || strcmp(name, "this") != 0) return;  // closure objects, VTT and in-charge parameters
    }
    ValuePlace v;
    Die c = concrete_parameter(f.fn, origin, param);
    if (c) find_place(f, c, &v);
    more = p.value(param.ref(kAtType), v, 0, 0);
  });
}

// compile_args builds the plan of k's physical function; false: there is no debug information about it.
bool compile_args(const Kept& k, PlanBuilder& b, Plan* plan) {
  const Location& l = k.physical();
  Module* m = k.module;
  if (!l.from_dwarf || !l.die || !index_module(m)) return false;
  Unit* u = unit_at(m, l.die);
  Die fn = u && walk_unit(m, u) ? die_at(m, u, l.die) : Die{};
  if (!fn || !u->full) return false;
  print_all(Frame{m, u, fn, l.pc, k.exact, &b});
  b.finish();
  Die decl = decl_of(fn);
  plan->function = decl.off;
  plan->linkage = linkage_name(decl);
  return true;
}

const Plan* keep_plan(const Kept& k, const PlanBuilder& b, const Plan& made) {
  auto* pool = static_cast<Pool*>(k.pool);
  auto* p = pool->make<Plan>();
  const Step* steps = pool->steps(b);
  if (!p || !steps) return nullptr;
  *p = {steps, static_cast<uint32_t>(b.steps()), made.function, nullptr};
  if (made.linkage) p->linkage = pool->string(made.linkage, strlen(made.linkage));
  k.plan.store(p, std::memory_order_release);
  return p;
}

// compile_site makes the call site of k, a return address.
const CallSite* compile_site(const Kept& k) {
  const Location& l = k.physical();
  Module* m = k.module;
  if (k.exact || !l.die || !index_module(m)) return nullptr;
  Unit* u = unit_at(m, l.die);
  uint32_t fn = u && walk_unit(m, u) ? node_at(u, l.die) : ~0u;
  if (fn == ~0u) return nullptr;
  PlanBuilder b;
  SiteParam param[17];
  uint32_t n = 0;
  Die target;
  bool found = for_each_site_param(Frame{m, u, node_die(m, u, fn), l.pc, false, &b}, fn, &target,
                                   [&](uint8_t reg, PlanBuilder::Mark from, Operand v) {
                                     if (n == 17) return;
                                     auto first = static_cast<uint32_t>(from.steps);
                                     param[n++] = {reg, first, static_cast<uint32_t>(b.steps()) - first, v};
                                   });
  if (!found) return nullptr;
  auto* pool = static_cast<Pool*>(k.pool);
  auto* site = pool->make<CallSite>();
  auto* params = pool->make<SiteParam>(n);
  const Step* steps = pool->steps(b);
  if (!site || !params || !steps) return nullptr;
  memcpy(params, param, n * sizeof(SiteParam));
  Die decl = decl_of(target);
  *site = {params, steps, n, decl.off, nullptr};
  const char* linkage = decl && decl.flag(kAtExternal) ? linkage_name(decl) : nullptr;
  if (linkage) site->linkage = pool->string(linkage, strlen(linkage));
  return site;
}

struct SelfReader final : MemReader {
  bool read(uint64_t addr, void* out, size_t n) override {
    int saved = errno;
    iovec local{out, n}, remote{reinterpret_cast<void*>(addr), n};
    ssize_t got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
    if (got < 0 && (errno == EPERM || errno == ENOSYS)) {  // a sandbox forbids it
      int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
      if (fd >= 0) {
        got = pread(fd, out, n, static_cast<off_t>(addr));
        close(fd);
      }
    }
    errno = saved;
    return got == static_cast<ssize_t>(n);
  }
};
SelfReader g_self_reader;

}  // namespace

MemReader& self_reader() {
  return g_self_reader;
}

const Plan kNoPlan{};
const CallSite kNoSite{};

const Plan* plan_of(const Kept& k) {
  const Plan* p = k.plan.load(std::memory_order_acquire);
  if (p == nullptr && k.module->lock.acquire()) {
    PlanBuilder b;
    Plan made{};
    p = compile_args(k, b, &made) ? keep_plan(k, b, made) : &kNoPlan;
    if (p == &kNoPlan) k.plan.store(p, std::memory_order_relaxed);
    if (p == nullptr) pool_replace(static_cast<Pool*>(k.pool));  // full: the next trace has an empty one
    k.module->lock.release();
  }
  return p != &kNoPlan ? p : nullptr;
}

const CallSite* call_site(const Kept& k) {
  const CallSite* s = k.site.load(std::memory_order_acquire);
  if (s == nullptr && k.module->lock.acquire()) {
    s = compile_site(k);
    if (s == nullptr) s = &kNoSite;
    k.site.store(s, std::memory_order_release);
    k.module->lock.release();
  }
  return s != &kNoSite ? s : nullptr;
}

void learn_args(const Kept& k) {
  if (plan_of(k) != nullptr) call_site(k);
}

size_t format_args(const Kept& k, const FrameView& f, MemReader& mem, char* buf) {
  if (const Plan* p = plan_of(k)) return run_plan(k, *p, f, mem, buf);
  memcpy(buf, "...", 3);
  return 3;
}

int format_args(const Location& loc, const FrameRegs& regs, MemReader& mem, char* buf, size_t n) {
  if (n == 0) return 0;
  Hold hold;
  Spare spare;
  FrameView caller{}, view{regs.reg, regs.valid, regs.cfa, nullptr, nullptr};
  if (regs.caller != nullptr) {
    caller = {regs.caller->reg, regs.caller->valid, regs.caller->cfa, nullptr, nullptr};
    view.caller = &caller;
  }
  char text[kMaxArgs];
  memcpy(text, "...", 3);
  size_t len = 3;
  if (loc.module != nullptr && loc.from_dwarf && !loc.inlined) {
    uint64_t pc = loc.pc + loc.module->bias + !regs.exact;
    len = format_args(*lookup(loc.module, pc, regs.exact, &spare), view, mem, text);
  }
  if (len > n - 1) {  // cut within a word: say so instead
    len = n > 4 ? n - 4 : 0;
    while (len && text[len - 1] != ' ' && text[len - 1] != '{') len--;
    for (int i = 0; i < 3 && len < n - 1; i++) text[len++] = '.';
  }
  memcpy(buf, text, len);
  buf[len] = 0;
  return static_cast<int>(len);
}

}  // namespace gort::rt::symtab
