// time.Location. The local zone is the C library's: it reads the tz database and knows its rules.
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>

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

bool Location::lookup_name(std::string_view name, int64_t local_seconds, int* offset) const {
  if (kind_ != kind::local) {
    *offset = offset_;
    return name == name_;
  }
  // The C library does not list a zone's names. Summer and winter of a year show those that were in use around that
  // time.
  constexpr int64_t quarter = 91 * 86400;
  for (int64_t away : {int64_t{0}, quarter, -quarter, 2 * quarter, -2 * quarter}) {
    zone z = lookup(local_seconds + away);
    if (name != z.name) continue;
    *offset = z.offset;
    return true;
  }
  return false;
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
