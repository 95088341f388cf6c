// How C++ spellings read in Go: packages for namespaces, identifiers for operators. The tables of names stand here
// alone.
//
// What comes out is made of identifiers, dots, slashes, "(*T)" and "[...]": parsers of Go traces take '/' and '%' in a
// function as an escape or a path, turn '+' into a space and stumble over spaces and nested parentheses.
#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

struct Pair {
  const char* from;
  const char* to;
};

// Packages within namespace gort whose import path is not their name. Nested namespaces are appended with '/'.
constexpr Pair kPackages[] = {
    {"debug", "runtime/debug"},
    {"pprof", "runtime/pprof"},
    {"trace", "runtime/trace"},
    {"metrics", "runtime/metrics"},
    {"errgroup", "golang.org/x/sync/errgroup"},
    {"semaphore", "golang.org/x/sync/semaphore"},
    {"singleflight", "golang.org/x/sync/singleflight"},
    {"rate", "golang.org/x/time/rate"},
    {"signal", "os/signal"},
    {"atomic", "sync/atomic"},
    {"http", "net/http"},
};

// Namespaces of gort that hold its implementation: all of them read as package runtime, with lower-case names.
constexpr const char* kInternal[] = {"rt", "detail", "impl"};

constexpr size_t kOperatorLength = 8;  // of "operator"

constexpr const char* kInlineNamespaces[] = {"__cxx11", "__1", "__ndk1", "_V2", "__debug"};

// Longer spellings first.
constexpr Pair kOperators[] = {
    {"()", "opCall"},      {"[]", "opIndex"},      {"->*", "opArrowStar"},   {"->", "opArrow"},
    {"<=>", "opCompare"},  {"<<=", "opShlAssign"}, {">>=", "opShrAssign"},   {"<<", "opShl"},
    {">>", "opShr"},       {"<=", "opLessEqual"},  {">=", "opGreaterEqual"}, {"==", "opEqual"},
    {"!=", "opNotEqual"},  {"&&", "opAndAnd"},     {"||", "opOrOr"},         {"++", "opInc"},
    {"--", "opDec"},       {"+=", "opAddAssign"},  {"-=", "opSubAssign"},    {"*=", "opMulAssign"},
    {"/=", "opDivAssign"}, {"%=", "opModAssign"},  {"^=", "opXorAssign"},    {"&=", "opAndAssign"},
    {"|=", "opOrAssign"},  {"+", "opAdd"},         {"-", "opSub"},           {"*", "opMul"},
    {"/", "opDiv"},        {"%", "opMod"},         {"^", "opXor"},           {"&", "opAnd"},
    {"|", "opOr"},         {"~", "opCompl"},       {"!", "opNot"},           {"=", "opAssign"},
    {",", "opComma"},      {"<", "opLess"},        {">", "opGreater"},
};

constexpr Pair kWordOperators[] = {
    {" new[]", "opNewArray"}, {" new", "opNew"},          {" delete[]", "opDeleteArray"},
    {" delete", "opDelete"},  {" co_await", "opCoAwait"},
};

bool starts(const char* s, size_t n, const char* with) {
  size_t w = strlen(with);
  return n >= w && memcmp(s, with, w) == 0;
}

bool is(const Part& p, const char* s) {
  return p.n == strlen(s) && memcmp(p.s, s, p.n) == 0;
}

bool ident(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

void add_ident(NameBuf& out, const char* s, size_t n) {
  for (size_t i = 0; i < n; i++) out.add(ident(s[i]) || (i == 0 && s[i] == '~') ? s[i] : '_');
}

void add_capital(NameBuf& out, const char* s, size_t n) {
  out.add(*s >= 'a' && *s <= 'z' ? static_cast<char>(*s - 32) : *s);
  add_ident(out, s + 1, n - 1);
}

// "operator std::string&", "operator char const*": the type's last plain identifier. Built-in types are called by all
// their words, in C's order, whatever order the compiler has: "long unsigned int" is UnsignedLong.
void add_conversion(NameBuf& out, const char* s, size_t n) {
  out.add("op");
  size_t e = 0;
  while (e < n && s[e] != '<' && s[e] != '(') e++;
  if (e < n && s[e] == '(') return out.add("Func");
  Part last{nullptr, 0};
  bool is_unsigned = false, is_signed = false, is_short = false;
  int longs = 0;
  for (size_t i = 0; i < e;) {
    size_t b = i;
    while (i < e && ident(s[i])) i++;
    if (b == i) {
      i++;
      continue;
    }
    const Part word{s + b, i - b};
    if (is(word, "unsigned")) {
      is_unsigned = true;
    } else if (is(word, "signed")) {
      is_signed = true;
    } else if (is(word, "short")) {
      is_short = true;
    } else if (is(word, "long")) {
      longs++;
    } else if (!is(word, "const") && !is(word, "volatile")) {
      last = word;
    }
  }
  if (is_unsigned) out.add("Unsigned");
  if (is_signed && last.n != 0 && is(last, "char")) out.add("Signed");
  if (is_short) out.add("Short");
  for (int i = 0; i < longs; i++) out.add("Long");
  if ((is_short || longs != 0) && (last.n == 0 || is(last, "int"))) return;
  if (last.n == 0) return out.add(is_unsigned || is_signed ? "Int" : "Func");
  constexpr const char* kStd = "basic_";  // std::string by its whole name
  const size_t skip = starts(last.s, last.n, kStd) && last.n > strlen(kStd) ? strlen(kStd) : 0;
  add_capital(out, last.s + skip, last.n - skip);
}

void add_operator(NameBuf& out, const char* s, size_t n) {
  if (starts(s, n, "\"\"")) {
    s += 2, n -= 2;
    while (n && *s == ' ') s++, n--;
    out.add("opLit");
    size_t e = 0;
    while (e < n && ident(s[e])) e++;
    add_ident(out, s, e);
    if (e < n) out.add("[...]");
    return;
  }
  for (const Pair& p : kWordOperators) {
    if (starts(s, n, p.from) && (n == strlen(p.from) || !ident(s[strlen(p.from)]))) return out.add(p.to);
  }
  for (const Pair& p : kOperators) {
    if (!starts(s, n, p.from)) continue;
    s += strlen(p.from), n -= strlen(p.from);
    while (n && *s == ' ') s++, n--;
    out.add(p.to);
    if (n && *s == '<') out.add("[...]");
    return;
  }
  add_conversion(out, s, n);
}

}  // namespace

bool inline_namespace(const char* name, size_t n) {
  for (const char* s : kInlineNamespaces)
    if (n == strlen(s) && memcmp(name, s, n) == 0) return true;
  return false;
}

bool package_is_internal(const Part* parts, int n) {
  if (n < 2 || !is(parts[0], "gort")) return false;
  for (int i = 1; i < n; i++)
    for (const char* s : kInternal)
      if (is(parts[i], s)) return true;
  return false;
}

bool gorts_package(const Part* parts, int n) {
  return n >= 2 && is(parts[0], "gort") && !package_is_internal(parts, n);
}

bool is_handle(const Part* parts, int n, const Part& cls) {
  if (n != 2 || !gorts_package(parts, n)) return false;
  if (is(parts[1], "sync")) return true;
  auto ends = [&cls](const char* with) {
    size_t w = strlen(with);
    return cls.n >= w && memcmp(cls.s + cls.n - w, with, w) == 0;
  };
  return is(parts[1], "net") && (ends("Conn") || ends("Listener"));
}

bool is_interface(const Part* parts, int n, const Part& cls) {
  static constexpr Pair kInterfaces[] = {{"context", "Context"}, {"net", "Addr"}, {"sync", "Locker"}};
  if (n != 2 || !gorts_package(parts, n)) return false;
  for (const Pair& p : kInterfaces)
    if (is(parts[1], p.from) && is(cls, p.to)) return true;
  return false;
}

void add_package(NameBuf& out, const Part* parts, int n) {
  if (n == 0) return out.add("main");
  int i = 0;
  if (is(parts[0], "gort")) {
    if (n == 1 || package_is_internal(parts, n)) return out.add("runtime");
    const char* to = nullptr;
    for (const Pair& p : kPackages)
      if (is(parts[1], p.from)) to = p.to;
    if (to)
      out.add(to);
    else
      add_ident(out, parts[1].s, parts[1].n);
    i = 2;
  } else {
    add_ident(out, parts[0].s, parts[0].n);
    i = 1;
  }
  for (; i < n; i++) {
    out.add('/');
    add_ident(out, parts[i].s, parts[i].n);
  }
}

bool is_operator(const char* s, size_t n) {
  return n > kOperatorLength && starts(s, n, "operator") && !ident(s[kOperatorLength]);
}

size_t base_length(const char* s, size_t n) {
  size_t e = 0;
  while (e < n && s[e] != '<') e++;
  return e;
}

void add_type(NameBuf& out, const char* s, size_t n) {
  size_t e = base_length(s, n);
  if (e == 0) return out.add("struct");
  add_ident(out, s, e);
  if (e < n) out.add("[...]");
}

void add_function(NameBuf& out, const char* s, size_t n, bool lower_first) {
  if (is_operator(s, n)) return add_operator(out, s + kOperatorLength, n - kOperatorLength);
  size_t at = out.n, e = base_length(s, n);
  add_ident(out, s, e);
  if (e < n && s[0] != '~') out.add("[...]");
  if (lower_first && at < out.n && out.p[at] >= 'A' && out.p[at] <= 'Z') out.p[at] = static_cast<char>(out.p[at] + 32);
}

void settle_builtins(NameBuf& out, size_t from) {
  static constexpr const char* kPanic[] = {"runtime.panic", "runtime.panic[...]", "runtime.gopanic"};
  for (const char* s : kPanic) {
    if (strcmp(out.p + from, s) != 0) continue;
    out.cut(from);
    return out.add("panic");
  }
}

// C and assembly entry points of gort carry its prefix instead of a namespace.
const char* c_function_package(const char** name) {
  static constexpr const char* kPrefixes[] = {"gort_rt_", "gort_"};
  for (const char* p : kPrefixes) {
    if (strncmp(*name, p, strlen(p)) == 0 && (*name)[strlen(p)]) {
      *name += strlen(p);
      return "runtime";
    }
  }
  return nullptr;
}

namespace {

bool starts_with(const char* s, const char* prefix) {
  return strncmp(s, prefix, strlen(prefix)) == 0;
}

// gort's own functions print as runtime.x with a lower-case x, gort::runtime's as runtime.X.
bool is_internal(const char* name) {
  if (starts_with(name, "runtime.")) {
    const char* base = name + strlen("runtime.");
    return !(base[0] >= 'A' && base[0] <= 'Z');
  }
  return strchr(name, '.') == nullptr;
}

bool is_call_glue(const char* name) {
  if (!starts_with(name, "std.")) return false;
  for (const char* part : {".function[...].", "_Function_handler", ".__invoke", ".invoke", ".(*thread._", "_Bind[...]",
                           "_Bind_front[...]", "_Mem_fn", "reference_wrapper[...]"})
    if (strstr(name, part) != nullptr) return true;
  return false;
}

bool is_throw(const char* name) {
  if (strcmp(name, "std.terminate") == 0 || strcmp(name, "std.__terminate") == 0) return true;
  if (starts_with(name, "libgcc_s.0x")) return true;  // the unwinder's own functions have no names
  const char* base = strrchr(name, '.');
  return base != nullptr && (starts_with(base, ".__cxa_") || starts_with(base, "._Unwind_") ||
                             strcmp(base, ".__clang_call_terminate") == 0);
}

}  // namespace

uint8_t name_role(const char* function) {
  int role = 0;
  if (is_internal(function)) role |= kRoleInternal;
  if (is_call_glue(function)) role |= kRoleGlue;
  if (is_throw(function)) role |= kRoleThrow;
  if (strcmp(function, "panic") == 0) role |= kRolePanic;
  if (strcmp(function, "runtime.sigpanic") == 0) role |= kRoleFault;
  if (strcmp(function, "runtime.bound[...].call") == 0 || strcmp(function, "runtime.bound[...].call_goroutine") == 0)
    role |= kRoleBound;
  return static_cast<uint8_t>(role);
}

}  // namespace gort::rt::symtab
