// Finding gort in the target, and what its pcs are called.
#include "tools/stack/image.h"

#include <algorithm>
#include <cstring>

#include "runtime/debuginfo.h"

namespace gort::tool {

using namespace rt;

Image::Image(Target& target) : target_(target), memory_(target.memory()), unwinder_(memory_) {
  if (!find_info()) throw Failure(target.name + " is no gort program (it has no gort_debug_info)");
  for (int i = 0; i < 3; i++) stack_sizes_[i] = word(layout_.stack_sizes + uint64_t(i) * 8);
  main_entry_ = word(layout_.main_entry);
  if (word(layout_.allglen) == 0) throw Failure(target.name + " has gort, but has not started it");
  open_modules();
}

Image::~Image() {
  for (symtab::Module* m : symbols_) symtab::close_module(m);
}

uint64_t Image::word(uint64_t addr) {
  uint64_t w;
  if (!target_.memory().read(addr, &w, sizeof w))
    throw Failure(target_.name + " has ended, or its memory is not all there");
  return w;
}

// A note of each module points to its gort_debug_info. With several (a library that has its own gort inside) the one
// that runs goroutines counts.
bool Image::find_info() {
  bool found = false;
  for (const RemoteModule& m : target_.modules) {
    Note note;
    if (!find_note(target_.memory(), m.start, "gort", kDebugInfoNote, &note) || note.desc.size() != 8) continue;
    int64_t distance;
    memcpy(&distance, note.desc.data(), 8);
    uint64_t at = note.address + uint64_t(distance);
    char head_bytes[sizeof(debug_info)];
    if (!target_.memory().read(at, head_bytes, sizeof head_bytes)) continue;
    auto* head = reinterpret_cast<const debug_info*>(head_bytes);
    if (memcmp(head->magic, kDebugInfoMagic, sizeof kDebugInfoMagic) != 0 || head->count > 4096) continue;
    if (head->version != kDebugInfoVersion)
      throw Failure(target_.name + " is linked with a gort of another version (debug information version " +
                    std::to_string(head->version) + ", this tool reads " + std::to_string(kDebugInfoVersion) +
                    "): use that gort's tools");
    std::vector<debug_entry> raw(head->count);
    if (!target_.memory().read(at + sizeof(debug_info), raw.data(), raw.size() * sizeof(debug_entry))) continue;
    std::vector<std::pair<std::string, uint64_t>> entries;
    for (const debug_entry& e : raw)
      entries.emplace_back(std::string(e.name, strnlen(e.name, sizeof e.name)), e.number);
    read_layout(entries);
    found = true;
    uint64_t n = 0;
    if (target_.memory().read(layout_.allglen, &n, sizeof n) && n > 0) break;
  }
  return found;
}

void Image::read_layout(const std::vector<std::pair<std::string, uint64_t>>& entries) {
  Layout& l = layout_;
  const struct {
    const char* name;
    uint64_t* value;
  } wanted[] = {{"allglen", &l.allglen},
                {"allgchunks", &l.allgchunks},
                {"allgchunk", &l.allgchunk},
                {"allm", &l.allm},
                {"stack_sizes", &l.stack_sizes},
                {"main_entry", &l.main_entry},
                {"gofunc_ret", &l.gofunc_ret},
                {"gostart", &l.gostart},
                {"lastpoll", &l.lastpoll},
                {"g.size", &l.g_size},
                {"g.sched.sp", &l.g_sched_sp},
                {"g.sched.bp", &l.g_sched_bp},
                {"g.sched.pc", &l.g_sched_pc},
                {"g.m", &l.g_m},
                {"g.panic", &l.g_panic},
                {"g.status", &l.g_status},
                {"g.waitreason", &l.g_waitreason},
                {"g.thread", &l.g_thread},
                {"g.system", &l.g_system},
                {"g.stackhi", &l.g_stackhi},
                {"g.stackclass", &l.g_stackclass},
                {"g.goid", &l.g_goid},
                {"g.parentgoid", &l.g_parentgoid},
                {"g.gopc", &l.g_gopc},
                {"g.startpc", &l.g_startpc},
                {"g.blocking", &l.g_blocking},
                {"g.waitsince", &l.g_waitsince},
                {"g.lockedm", &l.g_lockedm},
                {"m.size", &l.m_size},
                {"m.curg", &l.m_curg},
                {"m.prev", &l.m_prev},
                {"m.alllink", &l.m_alllink},
                {"m.id", &l.m_id},
                {"m.tid", &l.m_tid},
                {"m.gsignal", &l.m_gsignal},
                {"gsignal.stopped", &l.gsignal_stopped},
                {"m.stacklo", &l.m_stacklo},
                {"m.stackhi", &l.m_stackhi},
                {"panic.size", &l.panic_size},
                {"panic.arg", &l.panic_arg},
                {"panic.link", &l.panic_link},
                {"panic.goexit", &l.panic_goexit},
                {"any.type", &l.any_type},
                {"any.words", &l.any_words},
                {"type_desc.flags", &l.type_desc_flags},
                {"type_desc.offset", &l.type_desc_offset},
                {"type_desc.boxed", &l.type_desc_boxed}};
  for (const auto& w : wanted) {
    bool found = false;
    for (const auto& [name, value] : entries) {
      if (name != w.name) continue;
      *w.value = value;
      found = true;
    }
    if (!found) throw Failure(target_.name + " is linked with another gort, which does not describe " + w.name);
  }
}

void Image::open_modules() {
  for (const RemoteModule& m : target_.modules) unwinder_.add_module(m);
  symbols_.resize(target_.modules.size());
  tried_.resize(target_.modules.size());
}

symtab::Module* Image::module_at(uint64_t pc) {
  const auto& all = target_.modules;
  auto it = std::upper_bound(all.begin(), all.end(), pc, [](uint64_t a, const RemoteModule& m) { return a < m.start; });
  if (it == all.begin() || pc >= it[-1].end) return nullptr;
  size_t i = size_t(it - all.begin()) - 1;
  const RemoteModule& m = all[i];
  if (tried_[i]) return symbols_[i];
  tried_[i] = true;
  if (m.path[0] == '/') symbols_[i] = symtab::open_module(m.path.c_str(), m.bias);
  if (symbols_[i] == nullptr && m.path == "[vdso]") {
    std::string& image = images_.emplace_back(size_t(m.end - m.start), '\0');
    if (memory_.read(m.start, image.data(), image.size()))
      symbols_[i] = symtab::open_image("linux-vdso.so.1", image.data(), image.size(), m.bias);
  }
  if (symbols_[i] == nullptr && m.path != "[vdso]")
    warn((m.path.empty() ? "a library" : m.path) + " cannot be read: frames in it have no names");
  if (symbols_[i] != nullptr && main_entry_ >= m.start && main_entry_ < m.end)
    symtab::set_main_entry(symbols_[i], main_entry_);
  return symbols_[i];
}

const symtab::Kept* Image::lookup(uintptr_t pc, bool exact, symtab::Spare* spare) {
  return symtab::lookup(module_at(exact ? pc : pc - 1), pc, exact, spare);
}

void Image::panic_words(const _panic* p, uint64_t* type, uint64_t* data) {
  // decode has put them there.
  memcpy(type, p->argbytes, 8);
  memcpy(data, p->argbytes + 8, 8);
}

Space::Stack Image::context_of(const g* gp, Context* ctx) {
  const Goroutine* own = by_copy_.at(gp);
  *ctx = own->start;
  return own->stack;
}

uint64_t Image::address(const g* gp) {
  return by_copy_.at(gp)->address;
}

uint64_t Image::address(const m* mp) {
  for (const Machine& known : machines_)
    if (known.id == mp->id) return known.address;
  return 0;
}

}  // namespace gort::tool
