// A signal-safe reader of Itanium mangled names that keeps names and drops everything else.
//
// Parameter, return and template argument types are parsed only because substitutions (S_, S0_) count them. Of
// expressions in template arguments only values are understood: with another the name is refused, and the caller prints
// the symbol. A mangled name does not say which of its scopes are namespaces: a scope is taken for a class when it is a
// template, when it has a constructor or destructor or a const function, or when it begins with a capital letter. The
// numbers of lambdas are the compiler's own.
#include "runtime/symtab/dwarf.h"

namespace gort::rt::symtab {
namespace {

enum Kind : uint8_t { kIdent, kAnonymous, kOperator, kConversion, kLambda, kCtor, kDtor, kLocal, kLiteral, kOther };

struct Name {
  const char* s = nullptr;
  uint16_t n = 0;
  Kind kind = kIdent;
  bool tmpl = false;
  bool is_const = false;  // kLocal: of the enclosing function
  int16_t parent = -1;
  int16_t fn = -1;  // kLocal: last component of the enclosing function's name
  uint16_t number = 0;
};

struct Package {
  const Part* ns;
  int n;
};

constexpr int kMaxNames = 200;
constexpr int kMaxSubs = 128;
constexpr int kMaxRecursion = 64;

struct OpCode {
  char code[3];
  const char* symbol;
};
// clang-format off
constexpr OpCode kOps[] = {
    {"cl", "()"}, {"ix", "[]"}, {"pm", "->*"}, {"pt", "->"}, {"ss", "<=>"}, {"lS", "<<="}, {"rS", ">>="},
    {"ls", "<<"}, {"rs", ">>"}, {"le", "<="}, {"ge", ">="}, {"eq", "=="}, {"ne", "!="}, {"aa", "&&"}, {"oo", "||"},
    {"pp", "++"}, {"mm", "--"}, {"pL", "+="}, {"mI", "-="}, {"mL", "*="}, {"dV", "/="}, {"rM", "%="}, {"eO", "^="},
    {"aN", "&="}, {"oR", "|="}, {"pl", "+"}, {"mi", "-"}, {"ml", "*"}, {"dv", "/"}, {"rm", "%"}, {"eo", "^"},
    {"an", "&"}, {"or", "|"}, {"co", "~"}, {"nt", "!"}, {"aS", "="}, {"cm", ","}, {"lt", "<"}, {"gt", ">"},
    {"nw", " new"}, {"na", " new[]"}, {"dl", " delete"}, {"da", " delete[]"}, {"aw", " co_await"}, {"ps", "+"},
    {"ng", "-"}, {"ad", "&"}, {"de", "*"},
};
// clang-format on

class Parser {
 public:
  explicit Parser(const char* s) : p_(s) {}

  bool function(NameBuf& out, bool* wrapper) {
    if (p_[0] != '_' || p_[1] != 'Z') return false;
    p_ += 2;
    if (!special(wrapper)) return false;
    bool is_const = false;
    int name = encoding_name(&is_const);
    if (name < 0 || bad_) return false;
    size_t from = out.n;
    bool closure = false;
    emit(out, name, is_const, &closure, 0);
    if (only_in_cpp_) *wrapper = true;
    settle_builtins(out, from);
    return !out.full;
  }

 private:
  const char* p_;
  bool bad_ = false;
  bool only_in_cpp_ = false;  // as names.cc has it
  int depth_ = 0;
  int nnames_ = 0, nsubs_ = 0;
  Name names_[kMaxNames];
  int16_t subs_[kMaxSubs];

  int fail() {
    bad_ = true;
    return -1;
  }
  bool eat(char c) {
    if (*p_ != c) return false;
    p_++;
    return true;
  }
  bool eat2(const char* s) {
    if (p_[0] != s[0] || p_[1] != s[1]) return false;
    p_ += 2;
    return true;
  }
  int make(Kind kind, int parent, const char* s = nullptr, size_t n = 0) {
    if (nnames_ == kMaxNames || n > 0xffff) return fail();
    Name& x = names_[nnames_];
    x = Name{};
    x.s = s;
    x.n = static_cast<uint16_t>(n);
    x.kind = kind;
    x.parent = static_cast<int16_t>(parent);
    return nnames_++;
  }
  void sub(int name) {
    if (nsubs_ < kMaxSubs)
      subs_[nsubs_++] = static_cast<int16_t>(name);
    else
      fail();
  }
  uint32_t decimal() {
    uint32_t v = 0;
    while (*p_ >= '0' && *p_ <= '9' && v < 100000000) v = v * 10 + static_cast<uint32_t>(*p_++ - '0');
    return v;
  }
  // "_" is 0, "0_" is 1, "1_" is 2
  uint32_t discriminator() {
    uint32_t v = 0;
    if (*p_ != '_') v = decimal() + 1;
    if (!eat('_')) fail();
    return v;
  }
  void offset_number() {
    eat('n');
    decimal();
  }

  bool special(bool* wrapper) {
    if (eat2("GT")) {
      p_++;
      return true;
    }
    if (*p_ == 'G') return false;
    if (*p_ != 'T') return true;
    *wrapper = true;
    p_++;
    char c = *p_++;
    int offsets = c == 'c' ? 2 : 1;
    if (c == 'H' || c == 'W') return true;
    if (c != 'c' && c != 'h' && c != 'v') return false;
    if (c != 'c') p_--;
    for (; offsets; offsets--) {
      bool v = *p_ == 'v';
      p_++;
      offset_number();
      if (!eat('_')) return false;
      if (v) {
        offset_number();
        if (!eat('_')) return false;
      }
    }
    return true;
  }

  // The name of a function, at its start.
  int encoding_name(bool* is_const) {
    switch (*p_) {
      case 'N':
        return nested(is_const);
      case 'Z':
        return local(is_const);
      default:
        return unscoped();
    }
  }

  int unscoped() {
    int parent = -1;
    if (p_[0] == 'S' && p_[1] != 't') {
      int s = substitution();
      return *p_ == 'I' ? with_args(s) : s;
    }
    if (eat2("St")) parent = make(kIdent, -1, "std", 3);
    int n = unqualified(parent);
    if (n >= 0 && *p_ == 'I') {
      sub(n);
      n = with_args(n);
    }
    return n;
  }

  int with_args(int n) {
    template_args();
    if (bad_ || n < 0) return fail();
    if (nnames_ == kMaxNames) return fail();
    names_[nnames_] = names_[n];
    names_[nnames_].tmpl = true;
    return nnames_++;
  }

  int nested(bool* is_const) {
    p_++;
    *is_const = false;
    while (*p_ == 'r' || *p_ == 'V' || *p_ == 'K')
      if (*p_++ == 'K') *is_const = true;
    if (*p_ == 'R' || *p_ == 'O') p_++;
    int n = -1;
    while (!bad_ && *p_ != 'E') {
      bool from_sub = false;
      if (*p_ == 0) return fail();
      if (eat2("St")) {
        n = make(kIdent, -1, "std", 3);
        continue;
      }
      if (*p_ == 'S') {
        n = substitution();
        from_sub = true;
      } else if (*p_ == 'I') {
        n = with_args(n);
      } else if (*p_ == 'T') {
        template_param();
        n = make(kOther, -1);
      } else if (eat('M')) {
        if (n >= 0) n = names_[n].parent;  // a variable or member in whose initialiser the rest stands
        continue;
      } else {
        n = unqualified(n);
      }
      if (!from_sub && *p_ != 'E') sub(n);
    }
    if (!eat('E')) return fail();
    return n;
  }

  int local(bool* is_const) {
    p_++;
    if (++depth_ > kMaxRecursion) return fail();
    bool fn_const = false;
    int fn = encoding_name(&fn_const);
    if (fn < 0 || bad_) return fail();
    // The function's own types: a template's begin with the return type, which needs no care here.
    while (!bad_ && *p_ && *p_ != 'E') type();
    if (!eat('E')) return fail();
    int parent = make(kLocal, -1);
    if (parent < 0) return fail();
    names_[parent].fn = static_cast<int16_t>(fn);
    names_[parent].is_const = fn_const;
    depth_--;
    if (eat('s')) {
      if (*p_ == '_') local_discriminator();
      return make(kOther, parent);
    }
    if (eat('d')) discriminator();
    int n = local_entity(parent, is_const);
    if (*p_ == '_') local_discriminator();
    return n;
  }

  void local_discriminator() {
    p_++;
    if (eat('_')) {
      decimal();
      eat('_');
    } else if (*p_ >= '0' && *p_ <= '9') {
      p_++;
    }
  }

  // The entity within a function: its outermost scope hangs below the kLocal component.
  int local_entity(int parent, bool* is_const) {
    bool c = false;
    int n = *p_ == 'N' ? nested(&c) : *p_ == 'Z' ? local(&c) : unscoped();
    *is_const = c;
    if (n < 0) return fail();
    int top = n;
    while (names_[top].parent >= 0) top = names_[top].parent;
    if (names_[top].kind != kLocal) rebase(n, parent);
    return n;
  }

  // Substitution candidates share components; every root that n's chain reaches gets the parent.
  void rebase(int n, int parent) {
    while (names_[n].parent >= 0) n = names_[n].parent;
    if (n == parent) return;
    const char* s = names_[n].s;
    Kind kind = names_[n].kind;
    for (int i = parent + 1; i < nnames_; i++)
      if (names_[i].parent < 0 && names_[i].s == s && names_[i].kind == kind && names_[i].kind != kLocal)
        names_[i].parent = static_cast<int16_t>(parent);
  }

  int unqualified(int parent) {
    int n = -1;
    if (eat('L')) return unqualified(parent);  // internal linkage
    if (*p_ >= '0' && *p_ <= '9') {
      n = source_name(parent);
    } else if (p_[0] == 'U' && (p_[1] == 'l' || p_[1] == 't')) {
      bool lambda = p_[1] == 'l';
      p_ += 2;
      if (lambda) {
        while (!bad_ && *p_ && *p_ != 'E') type();
        if (!eat('E')) return fail();
      }
      n = make(lambda ? kLambda : kOther, parent);
      uint32_t k = discriminator();
      if (n >= 0) names_[n].number = static_cast<uint16_t>(k + 1);
    } else if (*p_ == 'C' && p_[1] >= '1' && p_[1] <= '5') {
      p_ += 2;
      n = make(kCtor, parent);
    } else if (*p_ == 'C' && p_[1] == 'I') {
      p_ += 3;
      type();
      n = make(kCtor, parent);
    } else if (*p_ == 'D' && p_[1] >= '0' && p_[1] <= '5') {
      p_ += 2;
      n = make(kDtor, parent);
    } else {
      n = operator_name(parent);
    }
    while (eat('B')) source_name(-1);  // abi tags
    return n;
  }

  int source_name(int parent) {
    uint32_t len = decimal();
    const char* s = p_;
    for (uint32_t i = 0; i < len; i++)
      if (!p_[i]) return fail();
    if (len == 0) return fail();
    p_ += len;
    if (len >= 10 && memcmp(s, "_GLOBAL__N", 10) == 0) return make(kAnonymous, parent);
    if (len >= 3 && s[0] == '$' && s[1] == '_') {
      uint32_t k = 0;
      for (uint32_t i = 2; i < len && s[i] >= '0' && s[i] <= '9'; i++) k = k * 10 + static_cast<uint32_t>(s[i] - '0');
      int n = make(kLambda, parent, s, len);
      if (n >= 0) names_[n].number = static_cast<uint16_t>(k + 1);
      return n;
    }
    return make(kIdent, parent, s, len);
  }

  int operator_name(int parent) {
    if (eat2("cv")) {
      const char* s = p_;
      int t = type();
      if (bad_) return -1;
      if (t >= 0) return make(kConversion, parent, names_[t].s, names_[t].n);
      int n = make(kConversion, parent, s, static_cast<size_t>(p_ - s));
      if (n >= 0) names_[n].number = 1;  // not a name: the code of a type
      return n;
    }
    if (eat2("li")) {
      int t = source_name(-1);
      return t < 0 ? fail() : make(kLiteral, parent, names_[t].s, names_[t].n);
    }
    for (const OpCode& o : kOps)
      if (eat2(o.code)) return make(kOperator, parent, o.symbol, strlen(o.symbol));
    return fail();
  }

  int substitution() {
    p_++;
    switch (char c = *p_) {
      case 't':
        p_++;
        return make(kIdent, -1, "std", 3);
      case 'a':
      case 's':
      case 'b':
      case 'i':
      case 'o':
      case 'd': {
        p_++;
        static constexpr const char* kStd[] = {"allocator", "string", "basic_string", "istream", "ostream", "iostream"};
        const char* name = kStd[c == 'a' ? 0 : c == 's' ? 1 : c == 'b' ? 2 : c == 'i' ? 3 : c == 'o' ? 4 : 5];
        int n = make(kIdent, make(kIdent, -1, "std", 3), name, strlen(name));
        if (n >= 0 && c != 'a' && c != 'b') names_[n].number = 1;  // certainly a class
        return n;
      }
      default:
        break;
    }
    int v = 0;
    if (!eat('_')) {
      while ((*p_ >= '0' && *p_ <= '9') || (*p_ >= 'A' && *p_ <= 'Z')) {
        v = v * 36 + (*p_ <= '9' ? *p_ - '0' : *p_ - 'A' + 10);
        if (v > kMaxSubs) return fail();
        p_++;
      }
      if (!eat('_')) return fail();
      v++;
    }
    if (v >= nsubs_) return fail();
    return subs_[v] >= 0 ? subs_[v] : make(kOther, -1);
  }

  void template_param() {
    p_++;
    if (*p_ != '_') decimal();
    if (!eat('_')) fail();
  }

  void template_args() {
    p_++;
    if (++depth_ > kMaxRecursion) {
      fail();
      return;
    }
    while (!bad_ && *p_ != 'E') template_arg();
    depth_--;
    if (!eat('E')) fail();
  }

  void template_arg() {
    if (*p_ == 0) {
      fail();
    } else if (eat('X')) {
      expression();
      if (!eat('E')) fail();
    } else if (*p_ == 'J') {
      template_args();
    } else if (eat('L')) {
      literal();
    } else {
      type();
    }
  }

  // What values come as: addresses (&f, &S::m, &array[1]), objects, and what they are made of.
  void expression() {
    if (++depth_ > kMaxRecursion) {
      fail();
    } else if (eat('L')) {
      literal();
    } else if (eat2("ad")) {
      expression();
    } else if (eat2("cv")) {
      type();
      expression();
    } else if (eat2("di")) {
      source_name(-1);
      expression();
    } else if (eat2("tl")) {
      type();
      while (!bad_ && *p_ && *p_ != 'E') expression();
      if (!eat('E')) fail();
    } else if (eat2("so")) {
      type();
      expression();
      while (*p_ && *p_ != 'E') p_++;  // the offset, and which members of unions
      if (!eat('E')) fail();
    } else {
      fail();
    }
    depth_--;
  }

  void literal() {
    if (eat2("_Z")) {
      bool c;
      encoding_name(&c);
      while (!bad_ && *p_ && *p_ != 'E') type();
    } else {
      type();
      while (*p_ && *p_ != 'E') p_++;  // digits
    }
    if (!eat('E')) fail();
  }

  // type returns the component of the name of a class type, or of what a pointer or reference to one refers to, else
  // -1; bad_ tells failure.
  int type() {
    if (++depth_ > kMaxRecursion) return fail();
    int n = type_inner();
    depth_--;
    return n;
  }

  int wrapped() {
    p_++;
    int n = type();
    sub(n);
    return n;
  }

  int type_inner() {
    char c = *p_;
    switch (c) {
      case 0:
        return fail();
      case 'P':
      case 'R':
      case 'O':
      case 'C':
      case 'G':
        return wrapped();
      case 'r':
      case 'V':
      case 'K': {
        while (*p_ == 'r' || *p_ == 'V' || *p_ == 'K') p_++;
        int n = type();
        sub(n);
        return n;
      }
      case 'F':
        function_type();
        sub(-1);
        return -1;
      case 'A': {
        p_++;
        decimal();
        if (!eat('_')) return fail();
        type();
        sub(-1);
        return -1;
      }
      case 'M':
        p_++;
        type();
        type();
        sub(-1);
        return -1;
      case 'T': {
        template_param();
        sub(-1);
        if (*p_ == 'I') {
          template_args();
          sub(-1);
        }
        return -1;
      }
      case 'S': {
        if (p_[1] == 't') break;
        int n = substitution();
        if (*p_ == 'I') {
          n = with_args(n);
          sub(n);
        }
        return n;
      }
      case 'D':
        return d_type();
      case 'u':
        p_++;
        source_name(-1);
        sub(-1);
        return -1;
      default:
        break;
    }
    if (c >= 'a' && c <= 'z') {
      p_++;
      return -1;
    }
    bool is_const;
    int n = c == 'N' ? nested(&is_const) : c == 'Z' ? local(&is_const) : unscoped();
    sub(n);
    return n;
  }

  void function_type() {
    p_++;
    eat('Y');
    while (!bad_ && *p_ && *p_ != 'E') {
      if ((*p_ == 'R' || *p_ == 'O') && p_[1] == 'E') {
        p_++;
        break;
      }
      type();
    }
    if (!eat('E')) fail();
  }

  int d_type() {
    switch (p_[1]) {
      case 'p':
        p_ += 2;
        type();
        sub(-1);
        return -1;
      case 'o':
        p_ += 2;
        if (*p_ != 'F') return fail();
        function_type();
        sub(-1);
        return -1;
      case 'F':
        p_ += 2;
        decimal();
        eat('_');
        return -1;
      // clang-format off
      case 'n': case 'i': case 's': case 'a': case 'c': case 'h': case 'f': case 'd': case 'e': case 'u':
        // clang-format on
        p_ += 2;
        return -1;
      default:
        return fail();
    }
  }

  // --- output ---

  static bool capital(const Name& x) { return x.n && x.s[0] >= 'A' && x.s[0] <= 'Z'; }

  void emit_conversion(NameBuf& out, const Name& x) {
    char buf[64];
    NameBuf t(buf, sizeof buf);
    t.add("operator ");
    if (x.number == 0)
      add_sanitized(t, x.s, x.n);
    else
      t.add(builtin_type(x));
    if (t.n == strlen("operator ")) t.add("()");
    add_function(out, buf, t.n, false);
  }

  // The built-in type that a code, or that of a pointer or reference to it, stands for; empty if it is none.
  static const char* builtin_type(const Name& x) {
    static constexpr struct {
      char code;
      const char* name;
    } kBuiltin[] = {{'v', "void"},        {'w', "wchar_t"},
                    {'b', "bool"},        {'c', "char"},
                    {'a', "signed char"}, {'h', "unsigned char"},
                    {'s', "short"},       {'t', "unsigned short"},
                    {'i', "int"},         {'j', "unsigned int"},
                    {'l', "long"},        {'m', "unsigned long"},
                    {'x', "long long"},   {'y', "unsigned long long"},
                    {'n', "__int128"},    {'o', "unsigned __int128"},
                    {'f', "float"},       {'d', "double"},
                    {'e', "long double"}};
    uint16_t i = 0;
    while (i < x.n && strchr("PROKV", x.s[i]) != nullptr) i++;
    if (i + 1 != x.n) return "";
    for (const auto& b : kBuiltin)
      if (b.code == x.s[i]) return b.name;
    return "";
  }

  void emit_last(NameBuf& out, const Name& x, const Name* cls, bool lower) {
    switch (x.kind) {
      case kCtor:
      case kDtor:
        if (x.kind == kDtor) out.add('~');
        if (cls) add_sanitized(out, cls->s, cls->n);
        return;
      case kConversion:
        emit_conversion(out, x);
        break;
      case kLiteral:
        out.add("opLit");
        add_sanitized(out, x.s, x.n);
        break;
      case kOperator: {
        char buf[32];
        NameBuf t(buf, sizeof buf);
        t.add("operator");
        t.add(x.s, x.n);
        add_function(out, buf, t.n, false);
        break;
      }
      case kOther:
        out.add("struct");
        break;
      default: {
        char buf[512];
        NameBuf t(buf, sizeof buf);
        for (size_t i = 0; i < x.n && x.s[i] != '.'; i++) t.add(x.s[i]);
        add_function(out, buf, t.n, lower);
      }
    }
    if (x.tmpl) out.add("[...]");
  }

  void emit(NameBuf& out, int last, bool is_const, bool* closure, int depth) {
    const Name* path[32];
    int n = 0;
    for (int i = last; i >= 0 && n < 32; i = names_[i].parent) path[n++] = &names_[i];
    for (int i = 0; i < n / 2; i++) {
      const Name* t = path[i];
      path[i] = path[n - 1 - i];
      path[n - 1 - i] = t;
    }
    if (depth > 16 || n == 0) return;
    int i = 0;
    bool in_function = path[0]->kind == kLocal;
    *closure = false;
    Part ns[32];
    int nns = 0;
    if (in_function) {
      emit(out, path[0]->fn, path[0]->is_const, closure, depth + 1);
      i = 1;
    } else {
      for (; i < n - 1 && is_namespace(path, i, n, is_const); i++)
        if (path[i]->kind == kIdent && !inline_namespace(path[i]->s, path[i]->n)) ns[nns++] = {path[i]->s, path[i]->n};
      add_package(out, ns, nns);
      only_in_cpp_ = depth == 0 && gorts_package(ns, nns) &&
                     (is_special(path[n - 1]->kind) || (i < n - 1 && is_interface(ns, nns, {path[i]->s, path[i]->n})));
    }
    if (is_const && i < n - 1 && is_handle(ns, nns, {path[i]->s, path[i]->n})) is_const = false;
    emit_members(out, path, i, n, is_const, closure, in_function, {ns, nns});
  }

  static bool is_special(Kind k) {
    return k == kCtor || k == kDtor || k == kConversion || k == kOperator || k == kLiteral;
  }

  static bool is_namespace(const Name** path, int i, int n, bool is_const) {
    const Name& x = *path[i];
    if (x.kind == kAnonymous) return true;
    if (x.kind != kIdent || x.tmpl || x.number || capital(x)) return false;
    const Name& next = *path[i + 1];
    if (next.kind == kCtor || next.kind == kDtor || next.kind == kConversion) return false;
    return !(is_const && i == n - 2);
  }

  // Classes, lambdas and the function itself, after the package or the enclosing function.
  void emit_members(NameBuf& out, const Name** path, int i, int n, bool is_const, bool* closure, bool in_function,
                    const Package& package) {
    int first = i;
    for (; i < n; i++) {
      if (path[i]->kind != kLambda) continue;
      if (i == first && !in_function) out.add(".init");
      out.add(*closure ? "." : ".func");
      out.num(path[i]->number);
      *closure = true;
      in_function = true;
      first = i + 1;
    }
    if (first == n) return;
    Name last = *path[n - 1];
    bool after_lambda = first > 0 && path[first - 1]->kind == kLambda;
    if (after_lambda && first == n - 1) return;  // operator(), or the function-pointer thunk, of the lambda
    *closure = false;
    out.add('.');
    if (first < n - 1) {
      const bool gos = gorts_package(package.ns, package.n);  // as in names.cc
      if (gos) last.tmpl = false;
      out.add(is_const ? "" : "(*");
      for (int k = first; k < n - 1; k++) {
        Name cls = *path[k];
        if (gos) cls.tmpl = false;
        if (k > first) out.add('.');
        emit_last(out, cls, nullptr, false);
      }
      out.add(is_const ? "." : ").");
    }
    emit_last(out, last, n >= 2 ? path[n - 2] : nullptr, package_is_internal(package.ns, package.n) && first == n - 1);
  }
};

}  // namespace

bool demangle_into(const char* mangled, NameBuf& out, bool* wrapper) {
  size_t from = out.n;
  Parser p(mangled);
  bool w = false;
  if (!p.function(out, &w)) {
    out.cut(from);
    return false;
  }
  if (w) *wrapper = true;
  return true;
}

bool demangle(const char* mangled, char* out, size_t n) {
  if (n == 0) return false;
  char buf[1024];
  NameBuf b(buf, sizeof buf);
  bool w = false;
  if (!demangle_into(mangled, b, &w) || b.n >= n) return false;
  memcpy(out, buf, b.n + 1);
  return true;
}

}  // namespace gort::rt::symtab
