// gort::traceback::install: see gort/traceback.h. Signals are signal.cc's; here is what std::terminate gets.
#include <gort/traceback.h>

#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <dlfcn.h>
#include <exception>
#include <link.h>
#include <string>
#include <typeinfo>

#include "runtime/signal.h"
#include "runtime/signal_tasks.h"
#include "runtime/symtab/mem.h"
#include "runtime/traceback.h"
#include "runtime/unwind.h"
#include "sched/lock.h"

namespace gort::rt {

namespace {

std::terminate_handler terminate_before;

void add_type(symtab::NameBuf& out, const std::type_info& t) {
  int status;
  char* name = abi::__cxa_demangle(t.name(), nullptr, nullptr, &status);
  out.add(name != nullptr ? name : t.name());
  free(name);
}

// describe writes the type of the exception that is being handled, and what it says. This is ordinary code: nobody has
// crashed yet.
void describe(symtab::NameBuf& out) {
  const std::type_info* t = abi::__cxa_current_exception_type();
  if (t == nullptr) return out.add("std::terminate called without an active exception");
  add_type(out, *t);
  try {
    throw;
  } catch (const std::exception& e) {
    out.add(": ");
    out.add(e.what());
  } catch (const std::string& s) {
    out.add(": ");
    out.add(s.c_str());
  } catch (const char* s) {
    out.add(": ");
    out.add(s != nullptr ? s : "(null)");
  } catch (long v) {
    out.add(": ");
    out.add(std::to_string(v).c_str());
  } catch (int v) {
    out.add(": ");
    out.add(std::to_string(v).c_str());
  } catch (...) {
  }
}

// beyond_library leaves the frames of the C++ library, which has called terminated, where it is an object of its own.
Context beyond_library(Context ctx) {
  Unwinder u(own_memory());
  uint64_t cfa;
  dl_find_object library, here;
  if (u.step(ctx.regs, &cfa, &ctx.exact) != Step::kOk) return ctx;
  if (_dl_find_object(reinterpret_cast<void*>(&std::terminate), &library) != 0) return ctx;
  auto in_library = [&] {
    auto pc = reinterpret_cast<void*>(ctx.regs.r[Regs::kRip] - 1);
    return _dl_find_object(pc, &here) == 0 && here.dlfo_link_map == library.dlfo_link_map;
  };
  if (library.dlfo_link_map->l_name[0] == '\0') return ctx;  // it is part of the program
  while (in_library())
    if (u.step(ctx.regs, &cfa, &ctx.exact) != Step::kOk) break;
  return ctx;
}

// An exception that meets no handler comes here from the throw itself, with nothing unwound.
[[noreturn]] void terminated() {
  if (!traces_threads()) {
    if (terminate_before != nullptr) terminate_before();
    std::abort();
  }
  Context ctx = beyond_library(context_here());
  char text[2048];
  symtab::NameBuf out(text, sizeof text);
  describe(out);
  report_exception(text, ctx);
  if (terminate_before != nullptr && terminate_before != __gnu_cxx::__verbose_terminate_handler &&
      terminate_before != std::abort) {
    release_report();
    terminate_before();
    std::abort();
  }
  end_by_abort();
}

}  // namespace

void install_traceback() {
  static mutex lock;
  static bool done = false;
  lock_guard l(lock);
  if (done) return;
  done = true;
  if (!sched_started()) traceback_env_init();
  unwind_init();
  signal_trace_threads();
  give_signal_stacks();
  terminate_before = std::set_terminate(terminated);
}

}  // namespace gort::rt

void gort::traceback::install() {
  rt::install_traceback();
}
