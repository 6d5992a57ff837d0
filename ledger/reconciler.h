// Compares all balances with the engine's own, again and again, and names what differs. Corrects
// nothing.
//
// At once when a checkpoint did not fit; else as often as takes one percent of the time, at least
// every hour and at most every five seconds: small venues are compared all the time, and a row that
// somebody changed in the database shows within seconds. What was found is said again once a
// minute.
//
// Threads: its own.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/service/background_part.h"
#include "ledger/comparison_store.h"
#include "ledger/engine_balances_client.h"
#include "ledger/metrics.h"

namespace rialto::ledger {

class Reconciler : public BackgroundPart {
 public:
  static constexpr absl::Duration kIntervalMin = absl::Seconds(5);
  static constexpr absl::Duration kIntervalMax = absl::Hours(1);
  // After one that found something, whatever checkpoints say.
  static constexpr absl::Duration kIntervalAfterFinding = absl::Minutes(1);

  // `store` and `metrics` outlive it.
  Reconciler(const std::string& engine_address, ComparisonStore& store, Metrics& metrics)
      : engine_(engine_address), store_(store), metrics_(metrics) {}
  ~Reconciler() override { Stop(); }

  absl::Status Start() override;
  void Stop() override;

  // Compare now: a checkpoint did not fit. Never waits.
  void CheckpointDiffers();

  // One comparison of everything, recorded, counted and logged. REQUIRES: not started.
  absl::StatusOr<ComparisonRecord> CompareAll(const std::string& cause);

 private:
  void Run();
  absl::Status ComparePage(EnginePage page, ComparisonRecord& record);
  absl::StatusOr<LedgerPage> WaitForLedger(const EnginePage& page);
  bool Sleep(absl::Duration duration);
  bool is_awake() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || (is_wanted_ && !has_found_);
  }

  EngineBalancesClient engine_;
  ComparisonStore& store_;
  Metrics& metrics_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_wanted_ ABSL_GUARDED_BY(mutex_) = false;  // By a checkpoint.
  bool has_found_ ABSL_GUARDED_BY(mutex_) = false;  // By the last comparison.
  std::thread thread_;
};

}  // namespace rialto::ledger
