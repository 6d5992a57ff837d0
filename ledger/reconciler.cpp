#include "ledger/reconciler.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/balance_digest.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"

namespace rialto::ledger {
namespace {

// A comparison takes a hundredth of the time.
constexpr int kRestPerWork = 100;
// How long the ledger may be behind the engine before a comparison is given up.
constexpr absl::Duration kLedgerPatience = absl::Seconds(5);
constexpr absl::Duration kLedgerPoll = absl::Milliseconds(20);
// How often a balance that keeps changing is asked for again.
constexpr int kAttempts = 5;
constexpr size_t kLinesMax = 20;
constexpr absl::Duration kIntervalAfterFailure = absl::Seconds(10);

}  // namespace

absl::Status Reconciler::Start() {
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Reconciler::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Reconciler::CheckpointDiffers() {
  absl::MutexLock lock(&mutex_);
  is_wanted_ = true;
}

// Shorter when a checkpoint wants it. True: go on.
bool Reconciler::Sleep(absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(this, &Reconciler::is_awake), duration);
  return !stopping_;
}

void Reconciler::Run() {
  absl::Duration rest = kIntervalMin;
  while (Sleep(rest)) {
    std::string cause = "schedule";
    {
      absl::MutexLock lock(&mutex_);
      if (std::exchange(is_wanted_, false)) cause = "checkpoint";
    }
    const absl::Time start = absl::Now();
    const absl::StatusOr<ComparisonRecord> record = CompareAll(cause);
    // The engine or the database being away is the follower's to say.
    const bool has_found = record.ok() && record->difference_count > 0;
    rest = std::clamp(kRestPerWork * (absl::Now() - start),
                      has_found ? kIntervalAfterFinding : kIntervalMin, kIntervalMax);
    if (!record.ok()) rest = kIntervalAfterFailure;
    absl::MutexLock lock(&mutex_);
    has_found_ = has_found;
  }
}

absl::StatusOr<ComparisonRecord> Reconciler::CompareAll(const std::string& cause) {
  ComparisonRecord record{.cause = cause, .started_at = absl::Now()};
  engine_.Rewind();
  while (!engine_.at_end()) {
    ASSIGN_OR_RETURN(EnginePage page, engine_.Next());
    record.sequence = page.sequence;
    RETURN_IF_ERROR(ComparePage(std::move(page), record));
    if (absl::MutexLock lock(&mutex_); stopping_) return absl::CancelledError("stopping");
  }
  RETURN_IF_ERROR(store_.Write(record));
  metrics_.comparisons_total.Increment();
  metrics_.compared_time_seconds.Set(absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch()));
  metrics_.different_balances.Set(static_cast<double>(record.difference_count));
  for (size_t i = 0; i < std::min(kLinesMax, record.differences.size()); ++i) {
    const BalanceDifference& difference = record.differences[i];
    LOG_ERROR(
        "ledger_differs sequence={} asset_id={} bucket={} account_id={} engine_available={}"
        " engine_held={} ledger_available={} ledger_held={} differences={}",
        difference.sequence.value(), difference.key.asset_id.value(),
        BalanceBucket(difference.key.account_id), difference.key.account_id.value(),
        difference.engine.available.value(), difference.engine.held.value(),
        difference.ledger.available.value(), difference.ledger.held.value(),
        record.difference_count);
  }
  return record;
}

absl::StatusOr<LedgerPage> Reconciler::WaitForLedger(const EnginePage& page) {
  const absl::Time give_up = absl::Now() + kLedgerPatience;
  while (true) {
    ASSIGN_OR_RETURN(LedgerPage ledger, store_.ReadPage(page));
    if (ledger.position >= page.sequence) return ledger;
    if (absl::Now() > give_up) {
      return absl::UnavailableError(absl::StrCat("the ledger is at ", ledger.position.value(),
                                                 ", the engine at ", page.sequence.value()));
    }
    absl::SleepFor(kLedgerPoll);
  }
}

absl::Status Reconciler::ComparePage(EnginePage page, ComparisonRecord& record) {
  absl::flat_hash_set<BalanceKey> undecided;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (attempt > 0) {
      const AccountId last = page.last;
      ASSIGN_OR_RETURN(page, engine_.Again());
      page.last = std::min(last, page.last);
    }
    ASSIGN_OR_RETURN(const LedgerPage ledger, WaitForLedger(page));
    const PageComparison found = Compare(page, ledger);
    const auto is_wanted = [&](const BalanceKey& key) {
      return attempt == 0 || undecided.contains(key);
    };
    for (const BalanceDifference& difference : found.differences) {
      if (!is_wanted(difference.key)) continue;
      ++record.difference_count;
      if (record.differences.size() < ComparisonRecord::kDifferencesMax) {
        record.differences.push_back(difference);
      }
    }
    const size_t before = undecided.size();
    absl::flat_hash_set<BalanceKey> left;
    for (const BalanceKey& key : found.undecided) {
      if (is_wanted(key)) left.insert(key);
    }
    record.compared += attempt == 0 ? found.compared : static_cast<int64_t>(before - left.size());
    undecided = std::move(left);
    if (undecided.empty()) return absl::OkStatus();
  }
  record.undecided += static_cast<int64_t>(undecided.size());
  return absl::OkStatus();
}

}  // namespace rialto::ledger
