// Goes on with what is open: events without a decision, withdrawals whose next step is ours.
//
// Looks five times a second, going round: one that nobody answers or that can not be recorded holds
// up no other. Becomes the schema's only worker by an advisory lock, then brings the
// schema up to date. Without a database it waits for one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/postgres/connection.h"
#include "common/service/background_part.h"
#include "custody/events.h"
#include "custody/withdrawals.h"

namespace rialto::custody {

class Worker : public BackgroundPart {
 public:
  struct Parts {
    std::string database_url;
    Store& store;
    Events& events;
    Withdrawals& withdrawals;
    Metrics& metrics;
  };

  explicit Worker(Parts parts);

  absl::Status Start() override;
  void Stop() override;

  // True while the schema is up to date and this process the one that works on it.
  bool ready() const { return ready_; }
  // As of the last look; 0 while not ready().
  int64_t open_event_count() const { return open_event_count_; }
  int64_t open_withdrawal_count() const { return open_withdrawal_count_; }

 private:
  void Run();
  absl::Status Open();
  absl::Status Work();
  void DecideAll(const std::vector<EventRow>& events);
  absl::Status AdvanceAll(const std::vector<Withdrawal>& withdrawals, int64_t& last_number);
  void NoteSkipped(const std::string& what, const absl::Status& status);
  bool Rest();
  bool stopping();
  void CountOpen(size_t events, size_t withdrawals);

  const Parts parts_;
  std::unique_ptr<postgres::Connection> connection_;  // Holds the lock. Of the thread.
  // Of the thread: where looks go on, and what was said of rows that are skipped.
  std::string last_event_id_;
  std::map<State, int64_t> last_numbers_;
  std::map<std::string, std::string> skipped_;
  std::atomic<bool> ready_{false};
  std::atomic<int64_t> open_event_count_{0};
  std::atomic<int64_t> open_withdrawal_count_{0};
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rialto::custody
