// gort-stack: prints the goroutines of a running gort program, or of a core, as the program itself would.
//
// The part of `tools/gort stack` that reads; choosing, merging and JSON are done by tools/gortlib/cmd_stack.py.
//
//   gort-stack [--goroutine=N] [--system] [--time] [--debug-dir=FOLDER] PID
//   gort-stack [...] CORE [BINARY]
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <iostream>

#include "tools/stack/image.h"

namespace gort::tool {

void warn(const std::string& text) {
  fprintf(stderr, "gort stack: %s\n", text.c_str());
}

namespace {

struct Options {
  uint64_t goroutine = 0;  // 0: all
  int level = 1;
  bool time = false;
  std::vector<std::string> words;
};

bool number(const std::string& s, uint64_t* out) {
  if (s.empty() || s.size() > 18 || s.find_first_not_of("0123456789") != std::string::npos) return false;
  *out = std::stoull(s);
  return true;
}

bool parse(int argc, char** argv, Options* o) {
  for (int i = 1; i < argc; i++) {
    std::string a = argv[i];
    if (a.rfind("--goroutine=", 0) == 0) {
      if (!number(a.substr(12), &o->goroutine) || o->goroutine == 0) return false;
    } else if (a.rfind("--debug-dir=", 0) == 0) {
      rt::symtab::set_debug_directory(argv[i] + 12);
    } else if (a == "--system") {
      o->level = 2;
    } else if (a == "--time") {
      o->time = true;
    } else if (a[0] == '-') {
      return false;
    } else {
      o->words.push_back(a);
    }
  }
  return o->words.size() == 1 || o->words.size() == 2;
}

std::unique_ptr<Target> open(const Options& o) {
  uint64_t pid;
  if (!number(o.words[0], &pid)) return open_core(o.words[0], o.words.size() > 1 ? o.words[1] : "");
  if (o.words.size() > 1) throw Failure("a process needs no program's name: " + o.words[1]);
  if (pid == 0 || pid > INT32_MAX) throw Failure("there is no process " + o.words[0]);
  return open_process(int(pid));
}

double now_ms() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return double(ts.tv_sec) * 1e3 + double(ts.tv_nsec) / 1e6;
}

void run(const Options& o) {
  double begin = now_ms();
  auto target = open(o);
  Image image(*target);
  // The first pass, over a program that runs, is thrown away: it brings in the memory that the second one will need, so
  // that the stop is as short as it can be.
  if (!target->is_core()) image.collect();
  double stopped = now_ms();
  target->stop();
  double reading = now_ms();
  image.collect();
  double read = now_ms();
  target->resume();
  double resumed = now_ms();

  rt::Sink out(1);
  bool first = true;
  for (auto& gp : image.goroutines()) {
    if (o.goroutine != 0 && gp->copy.goid != o.goroutine) continue;
    if (!first) out.str("\n");
    first = false;
    rt::traceback_g(out, &gp->copy, o.level, image);
  }
  out.flush();
  if (o.time) {
    char line[200];
    snprintf(line, sizeof line, "%zu goroutines, %.1f MiB copied, in %.1f ms", image.goroutines().size(),
             double(image.copied_bytes()) / (1 << 20), now_ms() - begin);
    std::string text = line;
    if (!target->is_core()) {
      snprintf(line, sizeof line, "; the process stood still for %.2f ms, of which reading took %.2f ms",
               resumed - stopped, read - reading);
      text += line;
    }
    warn(text);
  }
  if (first && o.goroutine != 0) throw Failure(target->name + " has no goroutine " + std::to_string(o.goroutine));
  if (first) throw Failure(target->name + " has no goroutines");
}

}  // namespace
}  // namespace gort::tool

int main(int argc, char** argv) {
  gort::tool::Options options;
  if (!gort::tool::parse(argc, argv, &options)) {
    fprintf(stderr, "usage: gort-stack [--goroutine=N] [--system] [--time] [--debug-dir=FOLDER] PID | CORE [BINARY]\n");
    return 2;
  }
  try {
    gort::tool::run(options);
  } catch (const gort::tool::Failure& e) {
    gort::tool::warn(e.what());
    return 1;
  } catch (const std::bad_alloc&) {
    gort::tool::warn("out of memory");
    return 1;
  }
  return 0;
}
