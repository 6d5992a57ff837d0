// The ledger's side of a comparison with the engine, and its record.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/postgres/pool.h"
#include "ledger/comparison.h"

namespace rialto::ledger {

// What a comparison of all balances came to.
struct ComparisonRecord {
  static constexpr size_t kDifferencesMax = 1'000;

  std::string cause;  // "schedule" or "checkpoint".
  absl::Time started_at;
  Sequence sequence;  // The engine's when its last page was taken.
  int64_t compared = 0;
  int64_t undecided = 0;
  int64_t difference_count = 0;
  std::vector<BalanceDifference> differences;  // The first kDifferencesMax.
};

class ComparisonStore {
 public:
  // `pool` outlives it.
  explicit ComparisonStore(postgres::Pool& pool) : pool_(pool) {}

  // The rows of the page's accounts, as of one moment.
  absl::StatusOr<LedgerPage> ReadPage(const EnginePage& page);
  // One that found nothing replaces the one before that found nothing, so that the table grows by
  // what there is to know only.
  absl::Status Write(const ComparisonRecord& record);

 private:
  postgres::Pool& pool_;
};

}  // namespace rialto::ledger
