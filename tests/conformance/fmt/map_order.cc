// The order in which fmt prints maps.
#include <array>
#include <cmath>
#include <unordered_map>

#include <gort/gort.h>

using namespace gort;

struct key {
  int a;
  std::string b;
  bool operator==(const key&) const = default;
};

struct nested {
  key k;
  std::array<double, 2> list;
  bool operator==(const nested&) const = default;
};

template <>
struct std::hash<key> {
  size_t operator()(const key& k) const { return std::hash<std::string>{}(k.b) * 31 + static_cast<size_t>(k.a) * 7919; }
};
template <>
struct std::hash<nested> {
  size_t operator()(const nested& n) const { return std::hash<key>{}(n.k) + std::hash<double>{}(n.list[0]); }
};
struct array_hash {
  size_t operator()(const std::array<int, 3>& a) const { return static_cast<size_t>(a[0] * 7919 + a[1] * 31 - a[2]); }
};

void entry() {
  std::unordered_map<key, int> structs{{{2, "b"}, 1}, {{2, "a"}, 2}, {{1, "z"}, 3}, {{-1, ""}, 4}, {{1, "y"}, 5}};
  fmt::Println(structs);
  std::unordered_map<nested, int> deep{{{{1, "b"}, {1, 2}}, 1}, {{{1, "a"}, {9, 9}}, 2},   {{{1, "b"}, {1, 1}}, 3},
                                       {{{1, "b"}, {0, 7}}, 4}, {{{1, "b"}, {NAN, 7}}, 5}, {{{0, "zz"}, {0, NAN}}, 6}};
  fmt::Println(deep);
  std::unordered_map<std::array<int, 3>, std::string, array_hash> arrays{
      {{3, 2, 1}, "a"}, {{1, 2, 3}, "b"}, {{1, 1, 4}, "c"}, {{3, 2, 0}, "d"}};
  fmt::Printf("%v %d\n", arrays, arrays.size());
  std::unordered_map<double, int> floats{{2.5, 1}, {-1, 2}, {NAN, 3}, {0, 4}, {INFINITY, 5}, {-INFINITY, 6}};
  fmt::Println(floats);
  std::unordered_map<float, int> small{{2.5, 1}, {-1, 2}, {NAN, 3}, {0, 4}};
  fmt::Println(small);
  std::unordered_map<double, int> many{{NAN, 1}, {1, 2}, {NAN, 1}, {-1, 3}, {NAN, 1}};
  fmt::Println(many);
  std::unordered_map<any, int> numbers{{5, 1}, {3, 2}, {nil, 3}, {9, 4}, {-1, 5}, {7, 6}};
  fmt::Println(numbers);
  std::unordered_map<any, int> texts{{"q", 1}, {"b", 2}, {"z", 3}, {"", 4}, {nil, 5}};
  fmt::Println(texts);
  std::unordered_map<any, int> values{{key{2, "x"}, 1}, {key{1, "y"}, 2}, {key{1, "x"}, 3}};
  fmt::Println(values);
  std::unordered_map<bool, int> bools{{true, 1}, {false, 2}};
  fmt::Println(bools);
  std::unordered_map<time::Duration, int> durations{{time::Second, 1}, {1, 2}, {-1, 3}};
  fmt::Println(durations);
  std::unordered_map<uint8_t, int> bytes{{200, 1}, {3, 2}, {100, 3}};
  fmt::Println(bytes);
  std::unordered_map<int, std::unordered_map<key, int>> within{{2, structs}, {1, {{{1, "x"}, 1}, {{0, "x"}, 2}}}};
  fmt::Println(within);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
