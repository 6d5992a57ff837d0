// The candles as the follower writes them.
//
// A batch becomes: new assets and instruments; one upsert of the candles its trades touch; the
// engine's time. Thread: the follower's.
#pragma once

#include <map>

#include "charts/candles.h"
#include "charts/metrics.h"
#include "common/follower/follower_store.h"

namespace rialto::charts {

class Store : public FollowerStore {
 public:
  explicit Store(Metrics& metrics) : metrics_(metrics) {}

  const postgres::Schema& schema() const override;
  absl::Status Load(postgres::Transaction& transaction) override;
  absl::Status Apply(postgres::Transaction& transaction, CommandBatch commands) override;

 private:
  using Candles = std::map<CandleKey, Candle>;

  // The traded minutes of one instrument so far.
  struct TradedMinutes {
    Timestamp first_open;
    Timestamp last_open;
  };

  absl::StatusOr<Candles> ReadTouched(postgres::Transaction& transaction, CommandBatch commands);
  absl::Status Write(postgres::Transaction& transaction, const Candles& candles);
  void CountClosed(const Candles& touched, Timestamp now);

  Metrics& metrics_;
  Timestamp engine_time_;
  std::map<InstrumentId, TradedMinutes> spans_;
};

}  // namespace rialto::charts
