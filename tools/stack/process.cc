// A live process.
//
// Memory is read with process_vm_readv, which needs no stop. For registers, and for a picture whose parts fit together,
// all threads are stopped with PTRACE_SEIZE and PTRACE_INTERRUPT: no signal is sent, no handler of the program's runs,
// a stop of its own (SIGSTOP) stays what it is, and the kernel resumes all of it if this tool dies in between. As with
// any debugger, a system call that waits may return EINTR early where signal(7) says so.
//
// Threads may be born while their siblings are being stopped, so the list is read again until nothing new stands in it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "tools/stack/target.h"

namespace gort::tool {
namespace {

using rt::Regs;

constexpr int kStopSeconds = 2;  // a thread in an uninterruptible sleep does not stop

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// The value of a line `name:\tvalue` of a status file.
std::string status_field(const std::string& path, const std::string& name) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.compare(0, name.size() + 1, name + ":") != 0) continue;
    size_t at = line.find_first_not_of(" \t", name.size() + 1);
    return at == std::string::npos ? "" : line.substr(at);
  }
  return "";
}

std::string user_name(uid_t uid) {
  const passwd* p = getpwuid(uid);
  return p != nullptr ? p->pw_name : "number " + std::to_string(uid);
}

// Why the kernel does not let us look at the process, and what helps.
std::string refusal(int pid) {
  std::string proc = "/proc/" + std::to_string(pid), who = "process " + std::to_string(pid);
  std::string tracer = status_field(proc + "/status", "TracerPid");
  if (!tracer.empty() && tracer != "0")
    return who + " is being traced by process " + tracer + " (" + first_line("/proc/" + tracer + "/comm") +
           "): detach that first, or ask there (tools/gort-gdb.py is for gdb)";
  struct stat st;
  if (geteuid() != 0 && stat(proc.c_str(), &st) == 0 && st.st_uid != geteuid())
    return who + " belongs to user " + user_name(st.st_uid) + ": run this as that user, or as root with sudo";
  std::string scope = first_line("/proc/sys/kernel/yama/ptrace_scope");
  if (geteuid() != 0 && scope == "1")
    return "kernel.yama.ptrace_scope is 1, which lets a process be read by its parents only: run this as root with "
           "sudo, "
           "or allow it with: sudo sysctl kernel.yama.ptrace_scope=0";
  if (geteuid() != 0 && scope == "2")
    return "kernel.yama.ptrace_scope is 2, which lets only root read processes: run this as root with sudo";
  if (scope == "3") return "kernel.yama.ptrace_scope is 3: no process may be read until the next boot";
  if (geteuid() == 0)
    return "root may not read process " + std::to_string(pid) +
           " here: a container needs the right to (docker run --cap-add=SYS_PTRACE)";
  return who + " may not be read: it has changed its user or has more rights than you; run this as root with sudo";
}

Regs regs_of(const user_regs_struct& u) {
  Regs r{};
  const uint64_t values[Regs::kCount] = {u.rax, u.rdx, u.rcx, u.rbx, u.rsi, u.rdi, u.rbp, u.rsp, u.r8,
                                         u.r9,  u.r10, u.r11, u.r12, u.r13, u.r14, u.r15, u.rip};
  for (int i = 0; i < Regs::kCount; i++) r.set(i, values[i]);
  return r;
}

int64_t monotonic() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return int64_t{ts.tv_sec} * 1'000'000'000 + ts.tv_nsec;
}

class Process final : public Target {
 public:
  explicit Process(int pid) : pid_(pid), proc_("/proc/" + std::to_string(pid)), reader_(pid) {
    check();
    modules = rt::process_modules(pid, reader_);
    // In a container threads have other numbers inside: the last one of NSpid.
    nested_ = status_field(proc_ + "/status", "NSpid").find('\t') != std::string::npos;
  }
  ~Process() override { resume(); }

  rt::MemReader& memory() override { return reader_; }
  int64_t now() override { return monotonic(); }
  void read_many(std::vector<Piece>& pieces) override;
  void stop() override;
  void resume() override;

 private:
  struct Traced {
    int tid;
    bool waited = false;  // its stop has been seen
    bool gone = false;
    int signal = 0;  // that it was about to get
  };

  void check();
  bool seize_new();
  void wait_all(int64_t deadline);
  bool take(Traced& t, int status);
  int own_number(int tid) const;

  int pid_;
  std::string proc_;
  rt::ProcessReader reader_;
  bool nested_ = false;
  std::vector<Traced> traced_;
};

void Process::check() {
  name = "process " + std::to_string(pid_);
  if (kill(pid_, 0) != 0 && errno == ESRCH) throw Failure("there is no process " + std::to_string(pid_));
  std::string group = status_field(proc_ + "/status", "Tgid");
  if (group.empty()) throw Failure("there is no process " + std::to_string(pid_));
  if (group != std::to_string(pid_))
    throw Failure(std::to_string(pid_) + " is a thread of process " + group + ": name that");
  if (status_field(proc_ + "/status", "State")[0] == 'Z') throw Failure(name + " has ended: it has no stacks any more");
  if (status_field(proc_ + "/status", "VmSize").empty()) throw Failure(name + " belongs to the kernel");
  std::string comm = first_line(proc_ + "/comm");
  if (!comm.empty()) name += " (" + comm + ")";
  // Any word of it tells whether it may be read at all.
  std::ifstream maps(proc_ + "/maps");
  std::string line;
  if (!maps || !std::getline(maps, line)) throw Failure(refusal(pid_));
  char byte;
  if (!reader_.read(std::stoull(line, nullptr, 16), &byte, 1) && (errno == EPERM || errno == ENOSYS || errno == EACCES))
    throw Failure(refusal(pid_));
}

void Process::read_many(std::vector<Piece>& pieces) {
  std::vector<iovec> local, remote;
  for (size_t at = 0; at < pieces.size();) {
    size_t n = std::min<size_t>(pieces.size() - at, IOV_MAX);
    local.clear();
    remote.clear();
    for (size_t i = at; i < at + n; i++) {
      local.push_back({pieces[i].to, pieces[i].size});
      remote.push_back({reinterpret_cast<void*>(pieces[i].addr), pieces[i].size});
    }
    ssize_t got = process_vm_readv(pid_, local.data(), n, remote.data(), n, 0);
    // It stops at the first piece that cannot be read as a whole.
    size_t done = 0;
    for (size_t left = got < 0 ? 0 : size_t(got); done < n && left >= pieces[at + done].size; done++) {
      left -= pieces[at + done].size;
      pieces[at + done].ok = true;
    }
    at += done;
    if (done < n) pieces[at++].ok = false;
  }
}

// Attaches to threads that have not been seen yet and asks them to stop; false if there were none.
bool Process::seize_new() {
  DIR* d = opendir((proc_ + "/task").c_str());
  if (d == nullptr) throw Failure(name + " has just ended");
  std::vector<int> fresh;
  while (const dirent* e = readdir(d)) {
    int tid = atoi(e->d_name);
    bool known = tid == 0;
    for (const Traced& t : traced_) known |= t.tid == tid;
    if (!known) fresh.push_back(tid);
  }
  closedir(d);
  bool any = false;
  for (int tid : fresh) {
    if (ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0) {
      if (errno == ESRCH) continue;
      std::string why = errno == EPERM ? refusal(pid_) : std::string("cannot stop ") + name + ": " + strerror(errno);
      resume();
      throw Failure(why);
    }
    ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr);
    traced_.push_back({tid});
    any = true;
  }
  return any;
}

// Takes the report of a thread that has stopped, or ended.
bool Process::take(Traced& t, int status) {
  t.waited = true;
  if (!WIFSTOPPED(status)) return t.gone = true;
  if (status >> 16 == 0) t.signal = WSTOPSIG(status);
  user_regs_struct u;
  if (ptrace(PTRACE_GETREGS, t.tid, nullptr, &u) != 0) return false;
  threads.push_back({own_number(t.tid), true, regs_of(u)});
  return true;
}

int Process::own_number(int tid) const {
  if (!nested_) return tid;
  std::string all = status_field(proc_ + "/task/" + std::to_string(tid) + "/status", "NSpid");
  size_t at = all.find_last_of(" \t");
  return atoi(all.c_str() + (at == std::string::npos ? 0 : at + 1));
}

void Process::wait_all(int64_t deadline) {
  for (;;) {
    bool pending = false, progress = false;
    for (Traced& t : traced_) {
      if (t.waited) continue;
      int status;
      pid_t got = waitpid(t.tid, &status, __WALL | WNOHANG);
      if (got == t.tid) {
        take(t, status);
        progress = true;
      } else if (got < 0) {
        t.waited = t.gone = true;
      } else {
        pending = true;
      }
    }
    if (!pending || monotonic() > deadline) return;
    timespec nap{0, 20'000};
    if (!progress) nanosleep(&nap, nullptr);
  }
}

void Process::stop() {
  threads.clear();
  int64_t deadline = monotonic() + int64_t{kStopSeconds} * 1'000'000'000;
  while (seize_new()) wait_all(deadline);
  for (const Traced& t : traced_)
    if (!t.waited) threads.push_back({own_number(t.tid), false, {}});
}

void Process::resume() {
  for (const Traced& t : traced_) {
    if (t.gone) continue;
    // A thread that did not stop in time cannot be detached; it goes on by itself when this tool ends.
    if (t.waited) ptrace(PTRACE_DETACH, t.tid, nullptr, reinterpret_cast<void*>(intptr_t{t.signal}));
  }
  traced_.clear();
}

}  // namespace

void Target::read_many(std::vector<Piece>& pieces) {
  for (Piece& p : pieces) p.ok = memory().read(p.addr, p.to, p.size);
}

std::unique_ptr<Target> open_process(int pid) {
  return std::make_unique<Process>(pid);
}

}  // namespace gort::tool
