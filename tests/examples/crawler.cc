// A rate-limited crawler over loopback: at most three requests at a time and one every 4 ms, each page once. The site
// that it visits is a little server in the same program: a client sends a path and gets the page's links, one a line.
#include <set>
#include <sstream>

#include <gort/gort.h>

using namespace gort;

const std::map<std::string, std::vector<std::string>> site = {
    {"/", {"/docs", "/blog", "/"}},
    {"/docs", {"/docs/install", "/docs/api", "/"}},
    {"/docs/install", {"/docs"}},
    {"/docs/api", {"/docs/api/chan", "/docs/api/select"}},
    {"/docs/api/chan", {"/docs/api/select"}},
    {"/docs/api/select", {"/docs/api/chan"}},
    {"/blog", {"/blog/1", "/blog/2", "/missing"}},
    {"/blog/1", {"/docs"}},
    {"/blog/2", {"/blog/1"}},
};

void serve(net::Listener l) {
  for (;;) {
    auto [conn, err] = l.Accept();
    if (err) return;
    go([conn = conn] {
      char buf[256];
      auto [n, err] = conn.Read(io::Bytes(buf, sizeof buf));
      if (!err) {
        auto page = site.find(std::string(buf, static_cast<size_t>(n)));
        std::string answer;
        if (page == site.end())
          answer = "404\n";
        else
          for (const std::string& link : page->second) answer += link + "\n";
        conn.Write(answer);
      }
      conn.Close();
    });
  }
}

struct links {
  std::vector<std::string> found;
  error err;
};

links fetch(context::Context ctx, std::string address, std::string path) {
  auto [conn, err] = net::Dialer().DialContext(ctx, "tcp", address);
  if (err) return {{}, err};
  conn.SetDeadline(time::Now().Add(30 * time::Second));
  conn.Write(path);
  auto [data, rerr] = io::ReadAll(conn);
  conn.Close();
  if (rerr) return {{}, rerr};
  links l;
  std::istringstream in(data);
  for (std::string line; std::getline(in, line);) l.found.push_back(line);
  if (l.found == std::vector<std::string>{"404"}) return {{}, fmt::Errorf("%s: not found", path)};
  return l;
}

void entry() {
  auto [l, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) panic(err);
  go(serve, l);

  auto ctx = context::Background();
  std::string address = l.Addr().String();
  rate::Limiter limit(rate::Every(4 * time::Millisecond), 1);
  errgroup::Group group;

  sync::Mutex mu;  // guards the two below
  std::set<std::string> seen{"/"};
  std::set<std::string> broken;

  // A page's links are pages to visit; errgroup's limit would block a task that starts others, a semaphore does not.
  semaphore::Weighted requests(3);
  std::function<void(std::string)> visit = [&](std::string path) {
    group.Go([&, path]() -> error {
      if (error err = requests.Acquire(ctx, 1)) return err;
      if (error err = limit.Wait(ctx)) return err;
      auto [found, err] = fetch(ctx, address, path);
      requests.Release(1);
      std::lock_guard held(mu);
      if (err) broken.insert(err.Error());
      for (const std::string& link : found)
        if (seen.insert(link).second) visit(link);
      return nil;
    });
  };
  time::Time start = time::Now();
  visit("/");
  if (error err = group.Wait()) panic(err);
  bool limited = time::Since(start) >= 9 * 4 * time::Millisecond;
  l.Close();

  for (const std::string& path : seen) fmt::Println(path);
  for (const std::string& text : broken) fmt::Println("broken:", text);
  fmt::Println(seen.size(), "requests, slow enough:", limited);
}

int main(int argc, char** argv) {
  return gort::main(argc, argv, entry);
}

// Output:
// /
// /blog
// /blog/1
// /blog/2
// /docs
// /docs/api
// /docs/api/chan
// /docs/api/select
// /docs/install
// /missing
// broken: /missing: not found
// 10 requests, slow enough: true
