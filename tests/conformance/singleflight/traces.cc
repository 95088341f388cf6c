// A call's frames, while it runs and when it panics.
#include <map>
#include <string>
#include <vector>

#include <gort/gort.h>

using namespace gort;

// args is what Go calls os.Args.
std::vector<std::string> args;

[[gnu::noinline]] std::pair<any, error> call() {
  debug::PrintStack();
  return {1, nil};
}

[[gnu::noinline]] std::pair<any, error> fails() {
  panic(errors::New("failed"));
}

void running() {
  singleflight::Group g;
  g.Do("key", call);
}

void channel() {
  singleflight::Group g;
  g.DoChan("key", call).recv();
}

void panics() {
  singleflight::Group g;
  g.Do("key", fails);
}

const std::map<std::string, void (*)()> cases = {{"running", running}, {"channel", channel}, {"panics", panics}};

void entry() {
  cases.at(args.at(1))();
}

int main(int argc, char** argv) {
  args.assign(argv, argv + argc);
  return gort::main(argc, argv, entry);
}
