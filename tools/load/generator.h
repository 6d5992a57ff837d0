// Sends a workload to a venue at a rate, or as fast as it answers, and tallies what comes back.
//
// Open loop: every request has a moment at which it is due, and its latency counts from there,
// however late it was sent. Closed loop: the next request is sent when one is answered.
//
// A request whose outcome is unknown is sent again, the same, until it has an answer: an order
// keeps its client_order_id.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "tools/load/outcome_log.h"
#include "tools/load/tally.h"
#include "tools/load/venue_door.h"

namespace rialto::load {

struct Pace {
  double rate_per_second = 0;  // Orders and cancels; 0: closed loop.
  size_t in_flight_max = 1;    // Both; in an open loop what is due beyond it waits.
  std::chrono::nanoseconds duration{};
  std::chrono::nanoseconds drain{};  // How long to wait for what is unanswered at the end.
};

class Generator {
 public:
  // Called about twice a second.
  using Watcher = std::function<void(const Tally&, std::chrono::nanoseconds elapsed)>;

  // Everything outlives the generator.
  Generator(VenueDoor& door, Workload& workload, const MarketPlan& plan, OutcomeLog& log);

  // Ends early when `stop` is set.
  void Run(const Pace& pace, const std::atomic<bool>& stop, const Watcher& watcher);

  const Tally& tally() const { return tally_; }
  // Orders and cancels without an answer at the end.
  uint64_t unresolved() const { return unresolved_; }
  // Those of an open loop that were due and never sent.
  uint64_t not_sent() const { return not_sent_; }
  double sending_seconds() const { return sending_seconds_; }
  // How long after it was due a request was sent: this process's own delay.
  const Histogram& late_ns() const { return late_ns_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Slot {
    Request request;  // Its memory is used again.
    int64_t due_ns = 0;
    int64_t sent_ns = 0;
    grpc::StatusCode unknown = grpc::StatusCode::OK;  // Of the last attempt, if it was one.
  };
  struct Again {
    int64_t due_ns;
    size_t slot;
  };

  int64_t Now() const { return (Clock::now() - start_).count(); }
  int64_t DueOf(uint64_t order) const;
  void SendWhatIsDue();
  void Send(size_t slot);
  void SendAgain();
  // Takes answers until something is due.
  void TakeAnswers(int64_t until_ns);
  void Take(const VenueDoor::Completion& completion);
  void TakeUnknown(size_t slot, grpc::StatusCode status);
  // Of order `index` of the slot's request.
  void Log(const Slot& slot, size_t index, const Answer& answer);
  void GiveUp();

  VenueDoor& door_;
  Workload& workload_;
  const MarketPlan& plan_;
  OutcomeLog& log_;
  Tally tally_;
  Histogram late_ns_;
  Pace pace_;
  Clock::time_point start_;
  int64_t start_monotonic_ns_ = 0;
  int64_t end_ns_ = 0;
  uint64_t asked_ = 0;  // Orders and cancels.
  std::vector<Slot> slots_;
  std::vector<size_t> free_;
  std::deque<Again> again_;  // Oldest first: all wait for the same time.
  uint64_t unresolved_ = 0;
  uint64_t not_sent_ = 0;
  double sending_seconds_ = 0;
};

}  // namespace rialto::load
