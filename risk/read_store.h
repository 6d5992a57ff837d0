// Limits, settings, states and exposure as they are read, and the record of changes. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/time.h"
#include "common/catalog/catalog.h"
#include "common/mirror/mirror_reader.h"
#include "rialto/engine/v1/event.pb.h"
#include "risk/exposure.h"

namespace rialto::risk {

struct LimitsRow {
  AccountId account_id;
  Instrument instrument;
  Quantity order_quantity_max;  // 0: none.
  Amount order_notional_max;    // 0: none.
  Quantity position_max;        // 0: none.
  Amount exposure_max;          // 0: none.
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

// What holds for an account everywhere.
struct SettingsRow {
  engine::v1::AccountSettingsSet settings;  // Zeros when none were set.
  Sequence set_sequence;                    // 0: never set.
  Timestamp set_time;
  Sequence sequence;
};

struct TradingStatesRow {
  common::v1::TradingState of_account = common::v1::TRADING_STATE_ACTIVE;
  common::v1::TradingState of_everyone = common::v1::TRADING_STATE_ACTIVE;
  Sequence sequence;
};

// What somebody asks for, and why.
struct Change {
  std::string kind;  // 'limits', 'settings', 'trading_state' or 'halt'.
  std::string peer;
  std::string reason;
  AccountId account_id;  // 0: everyone.
  std::string asked;     // JSON.
};

// What became of it.
struct ChangeEnd {
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

  absl::StatusOr<SettingsRow> GetSettings(AccountId account_id);
  // `account_id` 0: only everyone's.
  absl::StatusOr<TradingStatesRow> GetTradingStates(AccountId account_id);

  // Records that something is about to be asked of the engine; returns the id for EndChange().
  absl::StatusOr<int64_t> BeginChange(const Change& change);
  absl::Status EndChange(int64_t change_id, const ChangeEnd& end);

 private:
  MirrorReader reader_;
};

}  // namespace rialto::risk
