// Sends a workload to a venue at a rate, or as fast as it answers, and tallies what comes back.
//
// Open loop: every request has a moment at which it is due, and its latency counts from there,
// however late it was sent and decided. Closed loop: the next request is sent when one is answered.
//
// What is refused for now, or whose outcome is unknown, is sent again, the same, as gRPC's retries
// would: after a pause that doubles with every attempt. An order keeps its client_order_id. What is
// refused kAttemptsMax times is given up; an unknown outcome is asked for until it is known. In an
// open loop attempts are part of the rate, in place of new requests: that is what the venue is
// offered.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include "tools/load/outcome_log.h"
#include "tools/load/tally.h"
#include "tools/load/venue_door.h"

namespace rialto::load {

struct Pace {
  double rate_per_second = 0;  // Orders and cancels, every attempt; 0: closed loop.
  size_t in_flight_max = 1;    // Both; in an open loop what is due beyond it waits.
  std::chrono::nanoseconds duration{};
  std::chrono::nanoseconds drain{};  // How long to wait for what is unanswered at the end.
};

// Between one attempt and the next, without the jitter of a fifth up or down.
inline constexpr std::chrono::milliseconds kBackoffMin{100};
inline constexpr std::chrono::milliseconds kBackoffMax{1'000};
// Of a request that is refused every time: as many as gRPC allows.
inline constexpr int kAttemptsMax = 5;

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
  // Orders and cancels that were decided before the end of `duration`.
  uint64_t decided_in_time() const { return decided_in_time_; }
  // Attempts of an open loop that were due and never made.
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
    int attempts = 0;
    // Of the last attempt with an unknown outcome, if there was one.
    grpc::StatusCode unknown = grpc::StatusCode::OK;
  };
  struct Again {
    int64_t due_ns;
    size_t slot;
    bool operator>(const Again& other) const { return due_ns > other.due_ns; }
  };

  int64_t Now() const { return (Clock::now() - start_).count(); }
  int64_t DueOf(uint64_t order) const;
  bool is_open_loop() const { return pace_.rate_per_second > 0; }
  bool IsAgainDue(int64_t now_ns) const { return !again_.empty() && again_.top().due_ns <= now_ns; }
  // The next moment at which something is to be sent or looked at, `latest_ns` at the latest.
  int64_t NextMoment(int64_t now_ns, int64_t latest_ns) const;
  void SendWhatIsDue();
  void SendNew(int64_t due_ns);
  void SendAgain();
  void Send(size_t slot);
  // Takes answers until something is due.
  void TakeAnswers(int64_t until_ns);
  void Take(const VenueDoor::Completion& completion);
  void TakeRefused(size_t slot);
  void TakeUnknown(size_t slot, grpc::StatusCode status);
  void WaitToSendAgain(size_t slot);
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
  uint64_t asked_ = 0;  // Orders and cancels, every attempt.
  std::vector<Slot> slots_;
  std::vector<size_t> free_;
  std::priority_queue<Again, std::vector<Again>, std::greater<>> again_;  // Earliest first.
  std::minstd_rand jitter_;
  uint64_t decided_in_time_ = 0;
  uint64_t unresolved_ = 0;
  uint64_t not_sent_ = 0;
  double sending_seconds_ = 0;
};

}  // namespace rialto::load
