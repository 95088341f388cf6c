// A program that owns its event loop, libuv's here, and has goroutines beside it. The loop's thread must not block, and
// what belongs to the loop is touched on its thread only. So work goes
//   - from the loop to goroutines by go, which returns at once, and by try_send, which never waits;
//   - from goroutines to the loop through a channel, after which uv_async_send, which any thread may call, wakes it.
// Other loops have that call under another name (Asio's post, GLib's g_main_context_invoke), or poll an eventfd.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#include <gort/gort.h>
#include <uv.h>

using namespace gort;

// Loop is the event loop. Goroutines that call it have ended before it is destroyed.
class Loop {
 public:
  Loop() {
    uv_loop_init(&loop_);
    uv_async_init(&loop_, &wake_, [](uv_async_t* a) { static_cast<Loop*>(a->data)->drain(); });
    wake_.data = this;
  }
  ~Loop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
    run();
    uv_loop_close(&loop_);
  }

  // post has the loop call f on its thread; for goroutines and other threads. It waits while the loop is 64 calls
  // behind.
  void post(std::function<void()> f) {
    calls_.send(std::move(f));
    uv_async_send(&wake_);
  }

  // ask has the loop call f and waits for what it returns. Only the goroutine waits, not a thread.
  template <class F>
  auto ask(F f) {
    auto answer = make_chan<std::invoke_result_t<F&>>(1);
    post([=]() mutable { answer.try_send(f()); });
    return answer.recv();
  }

  // On the loop's thread only:
  void run() { uv_run(&loop_, UV_RUN_DEFAULT); }
  void stop() { uv_stop(&loop_); }
  uv_loop_t* uv() { return &loop_; }

 private:
  // Several uv_async_send may come as one wakeup: take all that is there.
  void drain() {
    while (auto f = calls_.try_recv()) (*f)();
  }

  uv_loop_t loop_;
  uv_async_t wake_;
  chan<std::function<void()>> calls_ = make_chan<std::function<void()>>(64);
};

// Ticks is a timer of the loop that a goroutine listens to. All but taking from C is done on the loop's thread.
struct Ticks {
  chan<int> C = make_chan<int>(1);
  int n = 0;
  uv_timer_t timer;

  void start(Loop& loop, uint64_t ms) {
    timer.data = this;
    uv_timer_init(loop.uv(), &timer);
    uv_timer_start(
        &timer, [](uv_timer_t* t) { static_cast<Ticks*>(t->data)->tick(); }, ms, ms);
  }
  // A tick that finds the one before not taken yet is dropped, so that the loop never waits.
  void tick() { C.try_send(++n); }
  // C is closed when the loop is done with the timer.
  void stop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&timer), [](uv_handle_t* t) {
      chan<int> c = static_cast<Ticks*>(t->data)->C;
      c.close();  // the Ticks may be gone from here on
    });
  }
};

int main() {
  Loop loop;
  const auto loop_thread = std::this_thread::get_id();

  // The loop hands out work; each goroutine reports to the loop, which alone touches `sums`.
  std::vector<int> sums;
  sync::WaitGroup workers;
  for (int part = 0; part < 4; part++) {
    workers.Add(1);
    go([&, part] {
      int sum = 0;
      for (int i = 1; i <= 100; i++) sum += part * 100 + i;
      loop.post([&, sum] { sums.push_back(sum); });
      workers.Done();
    });
  }

  auto client = go_result([&] {
    workers.Wait();
    // What was posted before is done before.
    auto sorted = loop.ask([&] { return sums; });
    std::sort(sorted.begin(), sorted.end());
    for (int sum : sorted) std::printf("a goroutine has summed up %d\n", sum);
    bool there = loop.ask([=] { return std::this_thread::get_id() == loop_thread; });
    std::printf("asked on the loop's thread: %s\n", there ? "yes" : "no");

    Ticks ticks;
    loop.post([&] { ticks.start(loop, 1); });
    int taken = 0;
    for (int last = 0; taken < 5; taken++) {
      int n = ticks.C.recv();
      if (n <= last) std::printf("tick %d after %d\n", n, last);
      last = n;
    }
    std::printf("took %d ticks of the loop's timer\n", taken);
    loop.post([&] { ticks.stop(); });
    while (ticks.C.recv_ok().second) {
    }
    loop.post([&] { loop.stop(); });
  });

  loop.run();
  client.get();
  std::printf("the loop has ended\n");
}

// Output:
// a goroutine has summed up 5050
// a goroutine has summed up 15050
// a goroutine has summed up 25050
// a goroutine has summed up 35050
// asked on the loop's thread: yes
// took 5 ticks of the loop's timer
// the loop has ended
