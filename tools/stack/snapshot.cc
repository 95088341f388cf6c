// Copies of the target's memory.
#include <algorithm>
#include <cstring>

#include "tools/stack/image.h"

namespace gort::tool {

void Snapshot::copy(Target& target, std::vector<std::pair<uint64_t, uint64_t>> ranges) {
  ranges_.clear();
  bytes_ = 0;
  last_ = 0;
  std::sort(ranges.begin(), ranges.end());
  std::vector<Piece> pieces;
  for (auto [start, end] : ranges) {
    if (!pieces.empty()) start = std::max(start, pieces.back().addr + pieces.back().size);
    if (start >= end) continue;
    pieces.push_back({start, size_t(end - start), nullptr, false});
    bytes_ += size_t(end - start);
  }
  if (bytes_ > capacity_) {
    capacity_ = bytes_ + bytes_ / 4 + (size_t{1} << 20);
    buffer_.reset();
    buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
  }
  char* to = buffer_.get();
  for (Piece& p : pieces) {
    p.to = to;
    to += p.size;
  }
  target.read_many(pieces);
  for (const Piece& p : pieces)
    if (p.ok) ranges_.push_back({p.addr, p.addr + p.size, p.to});
}

bool Snapshot::read(uint64_t addr, void* out, size_t n) {
  auto holds = [&](const Range& r) { return addr >= r.start && addr < r.end && n <= r.end - addr; };
  if (last_ >= ranges_.size() || !holds(ranges_[last_])) {
    auto it =
        std::upper_bound(ranges_.begin(), ranges_.end(), addr, [](uint64_t a, const Range& r) { return a < r.start; });
    if (it == ranges_.begin() || !holds(it[-1])) return live_.read(addr, out, n);
    last_ = size_t(it - ranges_.begin()) - 1;
  }
  memcpy(out, ranges_[last_].bytes + (addr - ranges_[last_].start), n);
  return true;
}

}  // namespace gort::tool
