// An HTTP/1.1 server on net: one goroutine a connection, keep-alive, pipelining, chunked bodies both ways, limits and
// deadlines.
//
//   http_server [-addr HOST:PORT] [-quiet]
//
//   GET /            a short text
//   GET /chunked     the same in chunks, one every 10 ms
//   POST /echo       the request's body (Content-Length or chunked)
//   GET /goroutines  how many goroutines there are
//   GET /quit        stops the server
//
// Requests that come while an answer is being made are answered in their order, and the answers go out together, when
// no further request is buffered: a pipelining client costs one write for many answers.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <gort/gort.h>
#include <gort/net.h>

using namespace gort;

namespace {

constexpr size_t kMaxHead = 16 * 1024;
constexpr size_t kMaxBody = 16 * 1024 * 1024;
constexpr time::Duration kIdle = 60 * time::Second;

// reader is a buffered reader of lines and bodies.
class reader {
 public:
  explicit reader(net::Conn c) : c_(std::move(c)) {}

  // line reads up to CR LF (or LF), without it; budget is what the head may still take. False: the end, an error, or
  // too long.
  bool line(std::string* out, size_t* budget) {
    for (size_t scanned = 0;;) {
      const char* at = static_cast<const char*>(std::memchr(buf_ + begin_ + scanned, '\n', end_ - begin_ - scanned));
      if (at != nullptr) {
        size_t n = static_cast<size_t>(at - (buf_ + begin_));
        if (n + 1 > *budget) return false;
        *budget -= n + 1;
        out->assign(buf_ + begin_, n > 0 && buf_[begin_ + n - 1] == '\r' ? n - 1 : n);
        begin_ += n + 1;
        return true;
      }
      scanned = end_ - begin_;
      if (scanned >= *budget || !fill()) return false;
    }
  }

  // bytes appends n bytes to *out.
  bool bytes(size_t n, std::string* out) {
    while (n > 0) {
      if (begin_ == end_ && !fill()) return false;
      size_t here = std::min(n, end_ - begin_);
      out->append(buf_ + begin_, here);
      begin_ += here;
      n -= here;
    }
    return true;
  }

  bool buffered() const { return begin_ != end_; }

 private:
  bool fill() {
    if (begin_ > 0) {
      std::memmove(buf_, buf_ + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == sizeof buf_) return false;
    auto [n, err] = c_.Read(io::Bytes(buf_ + end_, sizeof buf_ - end_));
    end_ += n;
    return n > 0;
  }

  net::Conn c_;
  char buf_[kMaxHead];
  size_t begin_ = 0, end_ = 0;
};

struct request {
  std::string method, target;
  bool http11 = true;
  bool keep_alive = true;
  bool chunked = false;
  bool expect_continue = false;
  size_t length = 0;
  bool has_length = false;
  bool has_host = false;
  std::string body;
};

bool same(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y;
         });
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

template <class F>
void each_token(std::string_view list, F f) {
  while (!list.empty()) {
    size_t comma = list.find(',');
    f(trim(list.substr(0, comma)));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
}

bool number(std::string_view s, int base, size_t* n) {
  auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), *n, base);
  return ec == std::errc() && end == s.data() + s.size() && !s.empty();
}

// status of a request that cannot be answered otherwise; 0: good.
int parse_header(std::string_view h, request* r) {
  size_t colon = h.find(':');
  if (colon == std::string_view::npos || colon == 0 || h[0] == ' ' || h[colon - 1] == ' ') return 400;
  std::string_view name = h.substr(0, colon), value = trim(h.substr(colon + 1));
  if (same(name, "content-length")) {
    size_t n;
    if (!number(value, 10, &n) || (r->has_length && n != r->length)) return 400;
    r->length = n;
    r->has_length = true;
  } else if (same(name, "transfer-encoding")) {
    if (!same(value, "chunked")) return 501;
    r->chunked = true;
  } else if (same(name, "connection")) {
    each_token(value, [&](std::string_view t) {
      if (same(t, "close")) r->keep_alive = false;
      if (same(t, "keep-alive")) r->keep_alive = true;
    });
  } else if (same(name, "expect")) {
    r->expect_continue = same(value, "100-continue");
  } else if (same(name, "host")) {
    if (r->has_host) return 400;
    r->has_host = true;
  }
  return 0;
}

int parse_start(std::string_view line, request* r) {
  size_t a = line.find(' '), b = line.rfind(' ');
  if (a == std::string_view::npos || a == 0 || b == a) return 400;
  r->method = line.substr(0, a);
  r->target = line.substr(a + 1, b - a - 1);
  std::string_view version = line.substr(b + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return version.substr(0, 5) == "HTTP/" ? 505 : 400;
  r->http11 = r->keep_alive = version == "HTTP/1.1";
  return 0;
}

// session is one connection.
class session {
 public:
  explicit session(net::Conn c) : c_(c), in_(c) {}

  void serve() {
    bool more = true;
    while (more) {
      c_.SetDeadline(time::Now().Add(kIdle));
      request r;
      int status = read_request(&r);
      if (status < 0) break;
      more = status == 0 && r.keep_alive;
      if (status != 0)
        answer(status, status_text(status), false);
      else if (!handle(r))
        break;
      if ((!more || !in_.buffered()) && !flush()) break;
    }
    flush();
    linger();
    c_.Close();
  }

 private:
  // linger reads what the client still sends, for a moment: a Close with unread bytes would reset the connection and
  // might take the last answer from the client.
  void linger() {
    auto tcp = c_.as<net::TCPConn>();
    if (!tcp || tcp->CloseWrite()) return;
    c_.SetReadDeadline(time::Now().Add(500 * time::Millisecond));
    char buf[4096];
    for (int i = 0; i < 64; i++)
      if (c_.Read(buf).err) return;
  }

  // read_request: 0, the status of a bad request, or -1 at the end of the connection.
  int read_request(request* r) {
    size_t budget = kMaxHead;
    std::string line;
    do {  // blank lines before a request are allowed
      if (!in_.line(&line, &budget)) return in_.buffered() ? 431 : -1;
    } while (line.empty());
    int status = parse_start(line, r);
    while (status == 0) {
      if (!in_.line(&line, &budget)) return in_.buffered() ? 431 : -1;
      if (line.empty()) break;
      status = parse_header(line, r);
    }
    if (status != 0) return status;
    if ((r->http11 && !r->has_host) || (r->chunked && r->has_length)) return 400;
    return read_body(r);
  }

  int read_body(request* r) {
    if (!r->chunked && r->length == 0) return 0;
    if (r->length > kMaxBody) return 413;
    if (r->expect_continue) {
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
      if (!flush()) return -1;
    }
    if (!r->chunked) return in_.bytes(r->length, &r->body) ? 0 : -1;
    for (;;) {
      std::string line;
      size_t budget = 256, n = 0;
      if (!in_.line(&line, &budget)) return 400;
      std::string_view size = trim(std::string_view(line).substr(0, line.find(';')));
      if (!number(size, 16, &n)) return 400;
      if (n > kMaxBody - r->body.size()) return 413;
      if (n == 0) break;
      if (!in_.bytes(n, &r->body)) return -1;
      budget = 2;
      if (!in_.line(&line, &budget) || !line.empty()) return 400;
    }
    for (size_t budget = kMaxHead;;) {  // the trailer
      std::string line;
      if (!in_.line(&line, &budget)) return 400;
      if (line.empty()) return 0;
    }
  }

  // handle answers a good request; false: the connection is broken.
  bool handle(const request& r) {
    bool get = r.method == "GET" || r.method == "HEAD";
    head_only_ = r.method == "HEAD";
    std::string_view path = std::string_view(r.target).substr(0, r.target.find('?'));
    if (path == "/echo")
      return r.method == "POST" || r.method == "PUT" ? answer(200, r.body, r.keep_alive)
                                                     : answer(405, "method not allowed\n", r.keep_alive);
    if (!get) return answer(405, "method not allowed\n", r.keep_alive);
    if (path == "/") return answer(200, "Hello from gort\n", r.keep_alive);
    if (path == "/chunked") return r.http11 ? chunks(r.keep_alive) : answer(200, "Hello from gort\n", r.keep_alive);
    if (path == "/goroutines") return answer(200, std::to_string(runtime::NumGoroutine()) + "\n", r.keep_alive);
    if (path == "/quit") {
      answer(200, "bye\n", false);
      flush();
      std::exit(0);
    }
    return answer(404, "not found\n", r.keep_alive);
  }

  static const char* status_text(int status) {
    switch (status) {
      case 200:
        return "OK";
      case 404:
        return "Not Found";
      case 405:
        return "Method Not Allowed";
      case 413:
        return "Content Too Large";
      case 431:
        return "Request Header Fields Too Large";
      case 501:
        return "Not Implemented";
      case 505:
        return "HTTP Version Not Supported";
      default:
        return "Bad Request";
    }
  }

  void head(int status, bool keep_alive) {
    out_ += "HTTP/1.1 ";
    out_ += std::to_string(status);
    out_ += ' ';
    out_ += status_text(status);
    out_ += "\r\nContent-Type: text/plain; charset=utf-8\r\n";
    if (!keep_alive) out_ += "Connection: close\r\n";
  }

  bool answer(int status, std::string_view body, bool keep_alive) {
    head(status, keep_alive);
    out_ += "Content-Length: ";
    out_ += std::to_string(body.size());
    out_ += "\r\n\r\n";
    if (!head_only_) out_ += body;
    head_only_ = false;
    return out_.size() < 64 * 1024 || flush();
  }

  bool chunks(bool keep_alive) {
    head(200, keep_alive);
    out_ += "Transfer-Encoding: chunked\r\n\r\n";
    for (std::string_view piece : {"Hello ", "from ", "gort\n"}) {
      if (head_only_) break;
      char size[16];
      auto end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
      out_.append(size, end).append("\r\n").append(piece).append("\r\n");
      if (!flush()) return false;
      time::Sleep(10 * time::Millisecond);
    }
    if (!head_only_) out_ += "0\r\n\r\n";
    head_only_ = false;
    return true;
  }

  bool flush() {
    if (out_.empty()) return true;
    error err = c_.Write(out_).err;
    out_.clear();
    return !err;
  }

  net::Conn c_;
  reader in_;
  std::string out_;
  bool head_only_ = false;
};

std::string address = "127.0.0.1:8080";
bool quiet = false;

void entry() {
  auto [l, err] = net::Listen("tcp", address);
  if (err) {
    std::fprintf(stderr, "%s\n", err.Error().c_str());
    std::exit(1);
  }
  if (!quiet) {
    std::printf("listening on %s\n", l.Addr().String().c_str());
    std::fflush(stdout);
  }
  for (;;) {
    auto [c, aerr] = l.Accept();
    if (aerr) {
      if (!net::Error(aerr).Temporary()) return;
      time::Sleep(5 * time::Millisecond);  // out of descriptors: until some connection has ended
      continue;
    }
    // On the heap: its buffers are larger than what a goroutine's stack should hold for long.
    go([s = std::make_shared<session>(c)] { s->serve(); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; i++) {
    if (std::strcmp(argv[i], "-quiet") == 0)
      quiet = true;
    else if (std::strcmp(argv[i], "-addr") == 0 && i + 1 < argc)
      address = argv[++i];
    else {
      std::fprintf(stderr, "usage: %s [-addr HOST:PORT] [-quiet]\n", argv[0]);
      return 2;
    }
  }
  return gort::main(argc, argv, entry);
}
