// A task's frames, while it runs, as what Wait panics with has them, and of what waits.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

[[gnu::noinline]] error works() {
  debug::PrintStack();
  return nil;
}

[[gnu::noinline]] error fails() {
  panic(errors::New("failed"));
}

void running() {
  errgroup::Group g;
  g.Go(works);
  g.Wait();
  g.Go([] { return works(); });
  g.Wait();
  g.TryGo(works);
  g.Wait();
}

void panics() {
  func([&] {
    defer([] { fmt::Printf("%s", recover().must_as<errgroup::PanicError>().Stack); });
    errgroup::Group g;
    g.Go(fails);
    g.Wait();
  });
}

void uncaught() {
  errgroup::Group g;
  g.Go(fails);
  g.Wait();
}

void blocked() {
  errgroup::Group g;
  g.Go([]() -> error {
    chan<bool> never;
    never.recv();
    return nil;
  });
  g.Wait();
}

const std::map<std::string, void (*)()> cases = {
    {"running", running}, {"panics", panics}, {"uncaught", uncaught}, {"blocked", blocked}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
