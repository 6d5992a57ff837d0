// Limits and exposures as they are read, and the record of limit changes. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/time.h"
#include "common/catalog/catalog.h"
#include "common/mirror/mirror_reader.h"
#include "risk/exposure.h"

namespace rialto::risk {

struct LimitsRow {
  AccountId account_id;
  Instrument instrument;
  Quantity order_quantity_max;  // 0: none.
  Amount order_notional_max;    // 0: none.
  Sequence set_sequence;        // 0: never set.
  Timestamp set_time;
};

struct LimitsQuery {
  AccountId account_id;  // 0: everybody's.
  AccountId after_account;
  InstrumentId after_instrument;
  int count_max;
};

struct LimitsPage {
  std::vector<LimitsRow> rows;  // By account, then instrument id.
  bool has_more = false;
  Sequence sequence;
};

struct ExposureRow {
  Instrument instrument;
  Exposure exposure;
  Sequence sequence;
};

// What somebody asked for, in decimals, and why.
struct LimitChange {
  std::string peer;
  std::string reason;
  AccountId account_id;
  std::string instrument;
  std::string order_quantity_max;
  std::string order_notional_max;
};

// What became of it.
struct LimitChangeEnd {
  std::string outcome;  // 'set', 'refused', 'failed' or 'unknown'.
  std::string answer;
  std::optional<Sequence> sequence;
};

class ReadStore {
 public:
  explicit ReadStore(const std::string& database_url) : reader_(database_url, "risk") {}

  // NotFound UNKNOWN_INSTRUMENT, here and below.
  absl::StatusOr<Instrument> FindInstrument(const std::string& symbol);
  // A page of exactly one row; zeros when none were set.
  absl::StatusOr<LimitsPage> GetLimits(AccountId account_id, const std::string& instrument);
  absl::StatusOr<LimitsPage> ListLimits(const LimitsQuery& query);
  absl::StatusOr<ExposureRow> GetExposure(AccountId account_id, const std::string& instrument);

  // Records that limits are about to be set; returns the id for EndChange().
  absl::StatusOr<int64_t> BeginChange(const LimitChange& change);
  absl::Status EndChange(int64_t change_id, const LimitChangeEnd& end);

 private:
  MirrorReader reader_;
};

}  // namespace rialto::risk
