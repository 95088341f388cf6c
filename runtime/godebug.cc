#include "runtime/godebug.h"

#include <cstdlib>
#include <cstring>

namespace gort::rt {

godebug_settings godebug;

static const struct {
  const char* key;
  int* value;
} settings[] = {{"panicnil", &godebug.panicnil},     {"gctrace", &godebug.gctrace},
                {"schedtrace", &godebug.schedtrace}, {"scheddetail", &godebug.scheddetail},
                {"deadlocals", &godebug.deadlocals}, {"longrun", &godebug.longrun}};

static void set(const char* key, size_t n, const char* value) {
  char* end;
  long v = strtol(value, &end, 10);
  if (end == value || (*end != '\0' && *end != ',')) return;
  for (auto& s : settings)
    if (strlen(s.key) == n && strncmp(s.key, key, n) == 0) *s.value = int(v);
}

void godebug_init() {
  const char* at = getenv("GODEBUG");
  while (at != nullptr && *at != '\0') {
    const char* comma = strchr(at, ',');
    const char* equals = strchr(at, '=');
    if (equals != nullptr && (comma == nullptr || equals < comma)) set(at, size_t(equals - at), equals + 1);
    at = comma != nullptr ? comma + 1 : nullptr;
  }
}

}  // namespace gort::rt
