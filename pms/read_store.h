// The positions as they are read. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "common/mirror/mirror_reader.h"
#include "pms/positions.h"

namespace rialto::pms {

struct PositionRow {
  AccountId account_id;
  Instrument instrument;
  Position position;
  Price mark;  // The instrument's last trade.
};

struct PositionQuery {
  AccountId account_id;
  InstrumentId after;  // 0: from the first.
  int count_max;
};

struct PositionPage {
  std::vector<PositionRow> rows;  // By instrument id.
  bool has_more = false;
  Sequence sequence;
};

class ReadStore {
 public:
  explicit ReadStore(const std::string& database_url) : reader_(database_url, "pms") {}

  // A page of exactly one row. NotFound UNKNOWN_INSTRUMENT, UNKNOWN_POSITION.
  absl::StatusOr<PositionPage> GetPosition(AccountId account_id, const std::string& instrument);
  absl::StatusOr<PositionPage> ListPositions(const PositionQuery& query);

 private:
  MirrorReader reader_;
};

}  // namespace rialto::pms
