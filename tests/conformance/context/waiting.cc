// A goroutine that waits for work or the end.
#include <gort/gort.h>

using namespace gort;

void worker(context::Context ctx, recv_chan<int> jobs, send_chan<std::string> out) {
  for (bool on = true; on;) {
    select(recv(jobs, [&](int j) { out.send(fmt::Sprint("job ", j)); }), recv(ctx.Done(), [&] {
             out.send(fmt::Sprint("stopped: ", ctx.Err(), ": ", context::Cause(ctx)));
             on = false;
           }));
  }
}

void entry() {
  auto [ctx, cancel] = context::WithCancelCause(context::Background());
  auto jobs = make_chan<int>();
  auto out = make_chan<std::string>();
  go(worker, ctx, jobs, out);
  for (int i = 0; i < 3; i++) {
    jobs.send(i);
    fmt::Println(out.recv());
  }
  cancel(errors::New("no more jobs"));
  fmt::Println(out.recv());
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}
