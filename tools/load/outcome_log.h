// What a load was told, a line per order, written before the next answer is looked at: what a
// test holds against the venue's history after a crash.
//
// Lines, fields separated by a blank; times are nanoseconds of the monotonic clock:
//   order|cancel NAME accepted ORDER_ID SEQUENCE first|repeated SENT RECEIVED
//   order|cancel NAME refused REASON SEQUENCE first|repeated SENT RECEIVED
//   order|cancel NAME shed CODE          nothing was recorded, says the venue; of
//   RESOURCE_EXHAUSTED
//                                        one attempt, another one may follow
//   order|cancel NAME unknown CODE       one attempt; another one follows
//   order|cancel NAME unresolved CODE    the load ended before an answer
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "tools/load/workload.h"

namespace rialto::load {

struct OutcomeLine {
  enum class Outcome { kAccepted, kRefused, kShed, kUnknown, kUnresolved };

  Kind kind = Kind::kPlace;
  std::string name;  // The order's client_order_id.
  Outcome outcome = Outcome::kAccepted;
  uint64_t order_id = 0;  // Accepted.
  std::string reason;     // Everything else: of the rejection, or of the status.
  uint64_t sequence = 0;
  bool repeated = false;
  int64_t sent_ns = 0;
  int64_t received_ns = 0;

  bool is_decision() const { return outcome == Outcome::kAccepted || outcome == Outcome::kRefused; }
};

std::string Format(const OutcomeLine& line);
absl::StatusOr<OutcomeLine> ParseOutcomeLine(std::string_view text);

class OutcomeLog {
 public:
  // An empty path: nothing is written.
  static absl::StatusOr<OutcomeLog> Open(const std::string& path);
  OutcomeLog(OutcomeLog&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, kNone)), added_(std::move(other.added_)) {}
  ~OutcomeLog();

  bool is_open() const { return descriptor_ != kNone; }
  void Add(const OutcomeLine& line);
  // What was added is with the kernel when it returns: it survives this process. REQUIRES: the disk
  // has room.
  void Flush();

 private:
  static constexpr int kNone = -1;
  explicit OutcomeLog(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::string added_;
};

}  // namespace rialto::load
