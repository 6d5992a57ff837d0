// The candles as they are read. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "charts/candles.h"
#include "common/catalog/catalog.h"
#include "common/mirror/mirror_reader.h"

namespace rialto::charts {

struct CandleQuery {
  std::string instrument;  // Its symbol.
  MinuteRange range;
  int count_max;
};

struct CandlePage {
  Instrument instrument;
  std::vector<Candle> candles;          // Quiet minutes included.
  std::optional<Timestamp> next_begin;  // Where the next page begins, if there is one.
  Timestamp engine_time;                // Candles that end at or before it are closed.
  Sequence sequence;
};

class ReadStore {
 public:
  explicit ReadStore(const std::string& database_url) : reader_(database_url, "charts") {}

  // NotFound UNKNOWN_INSTRUMENT.
  absl::StatusOr<CandlePage> ListCandles(const CandleQuery& query);

 private:
  MirrorReader reader_;
};

}  // namespace rialto::charts
