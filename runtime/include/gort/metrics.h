// gort/metrics.h: Go's package runtime/metrics: figures about the scheduler and its memory, by name.
//
// Any thread may read, goroutine or not, but not a signal handler. Reading stops nobody: each figure is right for a
// moment of its own, and those that are sums over all Ps are as exact as sums of changing numbers can be. Names and
// meanings are Go's where Go has them; the others are gort's own. All() lists them, each with its meaning.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gort::runtime::metrics {

enum ValueKind : int {
  KindBad,               // no such metric
  KindUint64,            //
  KindFloat64,           //
  KindFloat64Histogram,  //
};

// Float64Histogram: Counts[i] values v with Buckets[i] <= v < Buckets[i+1]. Buckets has one element more than Counts,
// the last is +Inf, and it is the same in every Read.
struct Float64Histogram {
  std::vector<uint64_t> Counts;
  std::vector<double> Buckets;
};

// Value is a metric's value. Asking for another kind than it has panics, as in Go.
class Value {
 public:
  ValueKind Kind() const { return static_cast<ValueKind>(v_.index()); }
  uint64_t Uint64() const;
  double Float64() const;
  const metrics::Float64Histogram* Float64Histogram() const;

 private:
  friend void Read(std::span<struct Sample> m);
  std::variant<std::monostate, uint64_t, double, metrics::Float64Histogram> v_;
};

// Sample is what Read fills in: Name says which metric.
struct Sample {
  std::string Name;
  metrics::Value Value;
};

struct Description {
  std::string_view Name;         // `/sched/goroutines:goroutines`: a path, a colon, the unit
  std::string_view Description;  // in words
  ValueKind Kind;
  bool Cumulative;  // it never falls
};

// All describes every metric, sorted by name.
std::vector<Description> All();

// Read reads each sample's metric. One that is not known becomes KindBad.
//
//   metrics::Sample s[] = {{"/sched/goroutines:goroutines", {}}, {"/sched/latencies:seconds", {}}};
//   metrics::Read(s);
//   println(s[0].Value.Uint64());
//
// Metrics of stack memory look at a sample of the stacks, those of goroutines by state at every goroutine: 30 ns each.
void Read(std::span<Sample> m);

}  // namespace gort::runtime::metrics

namespace gort {
namespace metrics = runtime::metrics;
}
