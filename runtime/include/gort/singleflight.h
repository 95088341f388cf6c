// gort/singleflight.h: Go's package golang.org/x/sync/singleflight: one call at a time for a key, its result for all
// who asked.
#ifndef GORT_SINGLEFLIGHT_H_
#define GORT_SINGLEFLIGHT_H_

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gort/any.h>
#include <gort/chan.h>
#include <gort/sync/mutex.h>

namespace gort::singleflight {

// Result is what a call gave: its value and error, and whether they went to more than one caller. It binds to three
// names.
struct Result {
  any Val;
  error Err;
  bool Shared = false;
};

// function is what Do and DoChan run: it returns a value and an error.
using function = std::function<std::pair<any, error>()>;

// Group is a set of calls, each under its key. Goroutines and threads use it together.
//
//   singleflight::Group g;
//   auto [v, err, shared] = g.Do("user:7", [] { return std::pair(any(load_user(7)), error(nil)); });
//   if (err == nil) use(v.must_as<User>());
//
// The calls share the Group's state: it may end before they do.
class Group {
 public:
  Group();

  // Do runs fn on the calling goroutine and returns what it returned, unless a call with that key is on its way: then
  // it waits (`semacquire`) for that one's result. If fn panics every caller of Do panics, with an error whose text is
  // the value and the stack of fn (it unwraps to the value if that is an error); if it throws every caller throws that
  // exception; if fn calls Goexit every caller does.
  Result Do(const std::string& key, const function& fn);

  // DoChan is Do with fn on a new goroutine; the result comes over the channel, which has room for it and is not
  // closed. If fn panics the program dies, for nobody could tell; if it calls Goexit nothing comes.
  //
  //   auto results = g.DoChan("user:7", [] { return std::pair(any(load_user(7)), error(nil)); });
  //   select(recv(results, [](singleflight::Result r) { use(r.Val); }), recv(ctx.Done(), [] { log("late"); }));
  recv_chan<Result> DoChan(const std::string& key, const function& fn);

  // Forget lets the next Do with that key call its function even if an earlier call has not returned.
  //
  //   g.Forget("user:7");
  void Forget(const std::string& key);

 private:
  struct call;
  struct state;
  void doCall(const std::shared_ptr<call>& c, const std::string& key, const function& fn);

  std::shared_ptr<state> s_;
};

}  // namespace gort::singleflight

#endif  // GORT_SINGLEFLIGHT_H_
