// Go's test/fixedbugs/issue19359.go: keys that cannot be hashed panic, and may be recovered, in every use of a map.
#include <string>
#include <unordered_map>
#include <vector>

#include <gort/gort.h>

using namespace gort;

template <class V>
using map = std::unordered_map<any, V>;

error set(map<any>& m, any key) {
  return func<error>([&](error& err) {
    defer([&] {
      if (any r = recover()) err = fmt::Errorf("set failed: %v", r);
    });
    m[key] = nil;
    return error();
  });
}

error del(map<any>& m, any key) {
  return func<error>([&](error& err) {
    defer([&] {
      if (any r = recover()) err = fmt::Errorf("del failed: %v", r);
    });
    m.erase(key);
    return error();
  });
}

error addInt(map<int>& m, any key) {
  return func<error>([&](error& err) {
    defer([&] {
      if (any r = recover()) err = fmt::Errorf("addInt failed: %v", r);
    });
    m[key] += 2018;
    return error();
  });
}

error addStr(map<std::string>& m, any key) {
  return func<error>([&](error& err) {
    defer([&] {
      if (any r = recover()) err = fmt::Errorf("addStr failed: %v", r);
    });
    m[key] += "hello, go";
    return error();
  });
}

error appendInt(map<std::vector<int>>& m, any key) {
  return func<error>([&](error& err) {
    defer([&] {
      if (any r = recover()) err = fmt::Errorf("appendInt failed: %v", r);
    });
    m[key].push_back(2018);
    return error();
  });
}

error appendStr(map<std::vector<std::string>>& m, any key) {
  return func<error>([&](error& err) {
    defer([&] {
      if (any r = recover()) err = fmt::Errorf("addStr failed: %v", r);
    });
    m[key].push_back("hello, go");
    return error();
  });
}

void entry() {
  std::vector<int> slice = {1, 2, 3};
  map<any> m;
  set(m, slice);
  set(m, "abc");
  del(m, slice);
  del(m, "abc");

  map<int> mi;
  addInt(mi, slice);
  addInt(mi, "abc");

  map<std::string> ms;
  addStr(ms, slice);
  addStr(ms, "abc");

  map<std::vector<int>> mia;
  appendInt(mia, slice);

  map<std::vector<std::string>> msa;
  appendStr(msa, "abc");
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
