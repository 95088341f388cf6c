// Sometimes: the first ones, every so many, and the zero value.
#include <gort/gort.h>

using namespace gort;

void entry() {
  rate::Sometimes all[] = {{},
                           {.First = 2},
                           {.Every = 3},
                           {.First = 2, .Every = 4},
                           {.Interval = time::Hour},
                           {.First = 3, .Interval = time::Hour}};
  for (auto& s : all) {
    std::vector<int> ran;
    for (int i = 0; i < 10; i++) s.Do([&] { ran.push_back(i); });
    fmt::Println(ran);
  }
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
