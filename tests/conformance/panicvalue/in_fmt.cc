#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <gort/gort.h>

using namespace gort;

struct bad {
  any v;
  std::string String() const { panic(v); }
};
struct badError {
  any v;
  auto Fields() const { return std::tie(v); }
  std::string Error() const { panic(v); }
};
struct good {
  int n;
  std::string String() const { return fmt::Sprint("good ", n); }
};
struct node {
  node* volatile next = nullptr;
  std::string String() const { return next->next->String(); }
};
struct leaves {
  std::string String() const { runtime::Goexit(); }
};

static std::string how;

void entry() {
  func([&] {
    if (how == "text") {
      fmt::Println(bad{"boom"});
      fmt::Println(bad{7}, badError{"e"}, "after");
      fmt::Printf("%s|%q|%x|%v|%8v|%+v\n", bad{1}, bad{2}, bad{3}, badError{4}, bad{5}, badError{6});
      fmt::Printf("%d\n", badError{1.5});
      fmt::Println(bad{errors::New("an error")}, bad{good{3}}, bad{std::vector<int>{1, 2}}, bad{nil});
      fmt::Println(std::vector<any>{bad{"in a list"}, 1}, std::map<std::string, any>{{"k", badError{"in a map"}}});
      fmt::Println(node{});
      fmt::Println(fmt::Errorf("wrapped: %w", badError{"inside"}));
      fmt::Printf("%08.3f %v %08.3f\n", 1.5, bad{2.25}, 3.5);
    } else if (how == "again") {
      defer([] { fmt::Println("deferred"); });
      fmt::Println("lost", bad{any(bad{"again"})});
    } else if (how == "goexit") {
      auto done = make_chan<bool>();
      go([done] {
        func([&] {
          defer(&chan<bool>::close, done);
          fmt::Println("never", leaves{});
        });
      });
      done.recv();
      fmt::Println("left");
    }
  });
}

int main(int argc, char** argv) {
  how = argc > 1 ? argv[1] : "";
  return gort::main(argc, argv, entry);
}
