// What the programs of Go's src/runtime/testdata/testprog share: main calls the function that the first argument names.
#ifndef TESTPROG_H_
#define TESTPROG_H_

#include <initializer_list>
#include <string>

#include <gort/gort.h>

namespace testprog {

// command is what Go's register takes.
struct command {
  const char* name;
  void (*f)();
};

inline const command* begin;
inline const command* end;
inline std::string name;

inline void entry() {
  for (const command* c = begin; c != end; c++) {
    if (name == c->name) return c->f();
  }
  gort::println("unknown function: " + name);
}

inline int main(int argc, char** argv, std::initializer_list<command> commands) {
  begin = commands.begin();
  end = commands.end();
  if (argc > 1) name = argv[1];
  return gort::main(argc, argv, entry);
}

}  // namespace testprog

#endif  // TESTPROG_H_
