// errors.cc: Go's package errors. Wrapped errors form a tree that is walked depth first; a type's own Is and As methods
// are asked at every node.
#include <gort/errors.h>

#include <cxxabi.h>
#include <cstdlib>

namespace gort {
namespace rt {
namespace {

const error_methods* methods_of(const error& err) {
  return err.rt_object()->type->methods;
}

error call_unwrap(const error& err) {
  error inner;
  const error_methods* m = methods_of(err);
  if (m->unwrap != nullptr) m->unwrap(err.rt_object()->value(), &inner);
  return inner;
}

std::vector<error> call_unwrap_many(const error& err) {
  std::vector<error> inner;
  methods_of(err)->unwrap_many(err.rt_object()->value(), &inner);
  return inner;
}

// comparable: == between two errors of this one's type does not panic.
bool comparable(const error& err) {
  const type_desc* t = err.rt_object()->type;
  return t->equal != nullptr || (t->flags & tf_identity) != 0;
}

bool is_in_tree(error err, const error& target, bool target_comparable) {
  while (err) {
    if (target_comparable && err == target) return true;
    const error_methods* m = methods_of(err);
    if (m->is != nullptr && m->is(err.rt_object()->value(), target)) return true;
    if (m->unwrap_many != nullptr) {
      for (const error& e : call_unwrap_many(err)) {
        if (is_in_tree(e, target, target_comparable)) return true;
      }
      return false;
    }
    err = call_unwrap(err);
  }
  return false;
}

}  // namespace

bool errors_as(const error& start, const any& target, void* ctx, bool (*match)(void* ctx, const error& e)) {
  for (error err = start; err; err = call_unwrap(err)) {
    if (match(ctx, err)) return true;
    const error_methods* m = methods_of(err);
    if (target && m->as != nullptr && m->as(err.rt_object()->value(), target)) return true;
    if (m->unwrap_many != nullptr) {
      for (const error& e : call_unwrap_many(err)) {
        if (errors_as(e, target, ctx, match)) return true;
      }
      return false;
    }
  }
  return false;
}

std::string errors_joinError::Error() const {
  std::string text;
  for (size_t i = 0; i < errs.size(); i++) {
    if (i > 0) text += '\n';
    text += errs[i].Error();
  }
  return text;
}

}  // namespace rt

namespace errors {
namespace {

// codeError is the error of a std::error_code.
struct codeError {
  std::error_code code;
  std::string Error() const { return code.message(); }
  bool Is(const error& target) const {
    const codeError* other = target.as<codeError>();
    return other != nullptr && code.default_error_condition() == other->code.default_error_condition();
  }
  bool As(const any& target) const {
    if (const auto* p = target.as<std::error_code*>()) return **p = code, true;
    return false;
  }
  bool operator==(const codeError&) const = default;
};

// exceptionError keeps a C++ exception and the text it had.
struct exceptionError {
  std::exception_ptr exception;
  std::string text;
  std::optional<std::error_code> code;
  std::string Error() const { return text; }
  bool As(const any& target) const {
    if (const auto* p = target.as<std::exception_ptr*>()) return **p = exception, true;
    if (const auto* p = target.as<std::error_code*>(); p != nullptr && code) return **p = *code, true;
    return false;
  }
};

std::string thrown_type_name() {
  const std::type_info* t = abi::__cxa_current_exception_type();
  if (t == nullptr) return "unknown exception";
  int status = 0;
  char* name = abi::__cxa_demangle(t->name(), nullptr, nullptr, &status);
  std::string text = status == 0 ? name : t->name();
  std::free(name);
  return "exception of type " + text;
}

}  // namespace

// Other files' globals are made from errors, so this one is initialised before ordinary ones.
[[gnu::init_priority(101)]] const error ErrUnsupported = New("unsupported operation");

error New(std::string text) {
  return rt::errors_errorString{std::move(text)};
}

error Unwrap(const error& err) {
  return err ? rt::call_unwrap(err) : error();
}

bool Is(const error& err, const error& target) {
  if (!err || !target) return err == target;
  return rt::is_in_tree(err, target, rt::comparable(target));
}

error Join(const std::vector<error>& errs) {
  rt::errors_joinError joined;
  for (const error& e : errs) {
    if (e) joined.errs.push_back(e);
  }
  if (joined.errs.empty()) return nil;
  return joined;
}

error FromCode(std::error_code code) {
  if (!code) return nil;
  return codeError{code};
}

std::error_code ToCode(const error& err) {
  return As<std::error_code>(err).value_or(std::error_code());
}

error FromException(std::exception_ptr e) {
  if (e == nullptr) return nil;
  try {
    std::rethrow_exception(e);
  } catch (const error& inner) {
    return inner;
  } catch (const Exception& inner) {
    return inner.Err();
  } catch (const std::system_error& s) {
    return exceptionError{e, s.what(), s.code()};
  } catch (const std::exception& s) {
    return exceptionError{e, s.what(), std::nullopt};
  } catch (const std::string& s) {
    return exceptionError{e, s, std::nullopt};
  } catch (const char* s) {
    return exceptionError{e, s, std::nullopt};
  } catch (...) {
    return exceptionError{e, thrown_type_name(), std::nullopt};
  }
}

std::exception_ptr AsException(const error& err) {
  return As<std::exception_ptr>(err).value_or(nullptr);
}

std::exception_ptr ToException(const error& err) {
  if (!err) return nullptr;
  std::exception_ptr e = AsException(err);
  return e != nullptr ? e : std::make_exception_ptr(Exception(err));
}

}  // namespace errors
}  // namespace gort
