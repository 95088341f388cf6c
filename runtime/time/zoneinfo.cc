// time.Location. The local zone is the C library's: it reads the tz database and knows its rules.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <gort/sync/mutex.h>
#include <gort/time/time.h>

namespace gort::time {

static constexpr Location utc_location(Location::kind::utc, "UTC", 0);
static constexpr Location local_location(Location::kind::local, "Local", 0);
constinit const Location* const UTC = &utc_location;
constinit const Location* const Local = &local_location;

// The local zone is called what TZ says, `Local` without TZ, `UTC` where the zone cannot be found.
static std::string local_name() {
  const char* tz = getenv("TZ");
  if (tz == nullptr) return access("/etc/localtime", R_OK) == 0 ? "Local" : "UTC";
  if (*tz == ':') tz++;
  std::string name = tz;
  if (name.empty()) return "UTC";
  if (name == "/etc/localtime") return "Local";
  return name;
}

std::string Location::String() const {
  if (kind_ != kind::local) return name_;
  static const std::string& local = *new std::string(local_name());
  return local;
}

Location::zone Location::lookup(int64_t unix_seconds) const {
  if (kind_ != kind::local) return {name_, offset_, false};
  // The C library cannot say a year beyond int's range; no rules change out there.
  constexpr int64_t far = int64_t{1} << 55;
  time_t t = unix_seconds > far ? far : unix_seconds < -far ? -far : unix_seconds;
  tm parts{};
  if (localtime_r(&t, &parts) == nullptr) return {"UTC", 0, false};
  return {parts.tm_zone, static_cast<int>(parts.tm_gmtoff), parts.tm_isdst > 0};
}

struct named_offset {
  std::string name;
  int offset;
};

// local_offsets is what the local zone was ever called, oldest first. The C library does not list it: it is asked for
// every month from the first railway times to where its tables end.
static const std::vector<named_offset>& local_offsets() {
  static const std::vector<named_offset>& all = *[] {
    auto* seen = new std::vector<named_offset>;
    constexpr int64_t month = 30 * 86400, year = 365 * 86400 + 86400 / 4;
    for (int64_t t = -120 * year; t < 68 * year; t += month) {
      const Location::zone z = Local->lookup(t);
      auto known = std::find_if(seen->begin(), seen->end(),
                                [&](const named_offset& o) { return o.offset == z.offset && o.name == z.name; });
      if (known == seen->end()) seen->push_back({z.name, z.offset});
    }
    return seen;
  }();
  return all;
}

bool Location::lookup_name(std::string_view name, int64_t local_seconds, int* offset) const {
  if (kind_ != kind::local) {
    *offset = offset_;
    return name == name_;
  }
  const named_offset* first = nullptr;
  for (const named_offset& z : local_offsets()) {
    if (name != z.name) continue;
    if (zone then = lookup(local_seconds - z.offset); name == then.name) {
      *offset = then.offset;
      return true;
    }
    if (first == nullptr) first = &z;
  }
  if (first != nullptr) *offset = first->offset;
  return first != nullptr;
}

const Location* FixedZone(std::string_view name, int offset) {
  struct zones {
    sync::Mutex mu;
    std::map<std::pair<std::string, int>, std::unique_ptr<Location>> all;
  };
  static zones& z = *new zones;  // for ever, as the times that point there
  z.mu.Lock();
  auto [it, added] = z.all.try_emplace({std::string(name), offset});
  if (added) it->second = std::make_unique<Location>(Location::kind::fixed, it->first.first.c_str(), offset);
  const Location* l = it->second.get();
  z.mu.Unlock();
  return l;
}

}  // namespace gort::time
