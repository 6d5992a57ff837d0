// What a load has seen so far: counts per status and decision, latencies, a row per second.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

#include "tools/load/answer.h"
#include "tools/load/histogram.h"
#include "tools/load/workload.h"

namespace rialto::load {

inline constexpr int kStatusCodes = 17;  // grpc::StatusCode, 0 to 16.

// Of one kind of request.
struct KindTally {
  uint64_t sent = 0;  // Orders; what is sent again does not count.
  // Of final answers; attempts that others followed count below.
  std::array<uint64_t, kStatusCodes> statuses{};
  uint64_t accepted = 0;
  std::map<int, uint64_t> rejected;  // By RejectReason.
  uint64_t repeated = 0;
  std::array<uint64_t, kStatusCodes> unknown_attempts{};  // By what they were answered with.
  Histogram decided_ns;                                   // Of OK, from when it was due.
  Histogram refused_ns;  // Of every attempt that was RESOURCE_EXHAUSTED, from when it was sent.

  uint64_t unknown_total() const {
    return std::accumulate(unknown_attempts.begin(), unknown_attempts.end(), uint64_t{0});
  }
};

// What was answered in one second of the run.
struct SecondTally {
  uint64_t sent = 0;
  uint64_t decided = 0;
  uint64_t refused = 0;
  uint64_t failed = 0;
  uint64_t unknown_attempts = 0;
  int64_t p50_ns = 0;
  int64_t p99_ns = 0;
  int64_t refused_p99_ns = 0;
};

class Tally {
 public:
  void Sent(Kind kind, uint64_t orders) {
    of(kind).sent += orders;
    second_.sent += orders;
  }
  // An attempt whose outcome is unknown.
  void Unknown(Kind kind, grpc::StatusCode status);
  // An attempt that was RESOURCE_EXHAUSTED, `latency_ns` after it was sent.
  void Refused(Kind kind, int64_t latency_ns);
  // The final answer on one order, `latency_ns` after its request was due.
  void Answered(Kind kind, const Answer& answer, int64_t latency_ns);
  // Closes every second that is over. `now_ns` counts from the start of the run and never goes
  // back.
  void PassTo(int64_t now_ns);

  const KindTally& place() const { return kinds_[0]; }
  const KindTally& cancel() const { return kinds_[1]; }
  const std::vector<SecondTally>& seconds() const { return seconds_; }
  uint64_t decided() const { return place().decided_ns.total() + cancel().decided_ns.total(); }

 private:
  KindTally& of(Kind kind) { return kinds_[static_cast<size_t>(kind)]; }

  std::array<KindTally, 2> kinds_;
  std::vector<SecondTally> seconds_;
  SecondTally second_;
  Histogram second_decided_ns_;
  Histogram second_refused_ns_;
};

}  // namespace rialto::load
