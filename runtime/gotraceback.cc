// GOTRACEBACK and debug::SetTraceback: how much a dying program shows. See traceback.h.
#include <atomic>
#include <cstdlib>
#include <cstring>

#include "runtime/traceback.h"

namespace gort::rt {

static std::atomic<uint32_t> mode_bits{1 << 2};  // level << 2 | all << 1 | crash
static uint32_t env_bits = 1 << 2;
static std::atomic<bool> level_said{false};

static uint32_t parse_level(const char* s) {
  auto is = [s](const char* w) { return strcmp(s, w) == 0; };
  if (is("none")) return 0;
  if (is("single") || is("")) return 1 << 2;
  if (is("all")) return 1 << 2 | 2;
  if (is("system")) return 2 << 2 | 2;
  if (is("crash")) return 2 << 2 | 2 | 1;
  char* end;
  unsigned long n = strtoul(s, &end, 10);
  if (*s >= '0' && *s <= '9' && *end == '\0' && n < (1u << 29)) return uint32_t(n) << 2 | 2;
  return 0;
}

void traceback_env_init() {
  const char* e = getenv("GOTRACEBACK");
  env_bits = parse_level(e != nullptr ? e : "");
  level_said.store(e != nullptr && *e != '\0');
  mode_bits.store(env_bits);
}

void set_traceback(const char* level) {
  // The result can only show more than the environment asked for.
  mode_bits.store(parse_level(level) | env_bits);
  level_said.store(true);
}

traceback_mode gotraceback() {
  uint32_t b = mode_bits.load(std::memory_order_relaxed);
  return {int(b >> 2), (b & 2) != 0, (b & 1) != 0};
}

traceback_mode gotraceback_threads() {
  traceback_mode m = gotraceback();
  m.all |= !level_said.load(std::memory_order_relaxed);
  return m;
}

}  // namespace gort::rt
