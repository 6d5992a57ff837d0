#include "risk/store.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/time.h"
#include "common/mirror/definitions.h"
#include "common/mirror/numeric.h"
#include "risk/exposure.h"
#include "risk/exposure_rows.h"
#include "risk/schema_files.h"

namespace rialto::risk {
namespace {

using postgres::Result;
using postgres::Transaction;

using Exposures = std::map<ExposureKey, Exposure>;

// The last limits a batch sets for one account and instrument.
struct Limits {
  int64_t order_quantity_max_lots = 0;
  int64_t order_notional_max_units = 0;
  Sequence set_sequence;
  Timestamp set_time;
};

absl::Status WriteLimits(Transaction& transaction, CommandBatch commands) {
  std::map<ExposureKey, Limits> limits;
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) {
      if (!event.has_account_limits_set()) continue;
      const engine::v1::AccountLimitsSet& set = event.account_limits_set();
      limits[{AccountId(set.account_id()), InstrumentId(set.instrument_id())}] = {
          set.order_quantity_max_lots(), set.order_notional_max_units(),
          Sequence(command->sequence()), Timestamp(command->timestamp_ns())};
    }
  }
  for (const auto& [key, limit] : limits) {
    RETURN_IF_ERROR(
        transaction
            .Execute("INSERT INTO risk.limits VALUES ($1, $2, $3, $4, $5, $6)"
                     " ON CONFLICT (account_id, instrument_id) DO UPDATE SET"
                     " order_quantity_max_lots = excluded.order_quantity_max_lots,"
                     " order_notional_max_units = excluded.order_notional_max_units,"
                     " set_sequence = excluded.set_sequence, set_time_ns = excluded.set_time_ns",
                     {key.account_id, key.instrument_id, limit.order_quantity_max_lots,
                      limit.order_notional_max_units, limit.set_sequence, limit.set_time})
            .status());
  }
  return absl::OkStatus();
}

absl::Status ReadExposures(Transaction& transaction, Exposures& exposures) {
  std::vector<int64_t> account_ids, instrument_ids;
  for (const auto& [key, exposure] : exposures) {
    account_ids.push_back(static_cast<int64_t>(key.account_id.value()));
    instrument_ids.push_back(key.instrument_id.value());
  }
  ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(absl::StrCat("SELECT ", kExposureColumns,
                                       " FROM unnest($1, $2) AS touched (account_id, instrument_id)"
                                       " JOIN risk.exposures USING (account_id, instrument_id)"),
                          {account_ids, instrument_ids}));
  for (int i = 0; i < rows.row_count(); ++i) {
    exposures[KeyFromRow(rows.row(i))] = FromRow(rows.row(i));
  }
  return absl::OkStatus();
}

// One side of many exposures, column by column.
struct SideColumns {
  void Add(const WorkingOrders& orders) {
    order_counts.push_back(orders.order_count);
    quantities.push_back(ToNumeric(orders.quantity_lots));
    notionals.push_back(ToNumeric(orders.notional_tick_lots));
  }

  std::vector<int64_t> order_counts;
  std::vector<std::string> quantities, notionals;
};

absl::Status WriteExposures(Transaction& transaction, const Exposures& exposures) {
  std::vector<int64_t> account_ids, instrument_ids;
  SideColumns buy, sell;
  for (const auto& [key, exposure] : exposures) {
    account_ids.push_back(static_cast<int64_t>(key.account_id.value()));
    instrument_ids.push_back(key.instrument_id.value());
    buy.Add(exposure.buy);
    sell.Add(exposure.sell);
  }
  return transaction
      .Execute(absl::StrCat("INSERT INTO risk.exposures (", kExposureColumns, ")",
                            " SELECT a, b, c, d::numeric, e::numeric, f, g::numeric, h::numeric"
                            " FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)"
                            " AS written (a, b, c, d, e, f, g, h)"
                            " ON CONFLICT (account_id, instrument_id) DO UPDATE SET"
                            " buy_order_count = excluded.buy_order_count,"
                            " buy_quantity_lots = excluded.buy_quantity_lots,"
                            " buy_notional_tick_lots = excluded.buy_notional_tick_lots,"
                            " sell_order_count = excluded.sell_order_count,"
                            " sell_quantity_lots = excluded.sell_quantity_lots,"
                            " sell_notional_tick_lots = excluded.sell_notional_tick_lots"),
               {account_ids, instrument_ids, buy.order_counts, buy.quantities, buy.notionals,
                sell.order_counts, sell.quantities, sell.notionals})
      .status();
}

}  // namespace

const postgres::Schema& Store::schema() const { return kSchema; }

absl::Status Store::Load(Transaction&) { return absl::OkStatus(); }

absl::Status Store::Apply(Transaction& transaction, CommandBatch commands) {
  RETURN_IF_ERROR(WriteDefinitions(transaction, "risk", commands));
  RETURN_IF_ERROR(WriteLimits(transaction, commands));
  std::vector<ExposureChange> changes;
  Exposures exposures;
  for (const engine::v1::CommandEvents* command : commands) {
    for (const ExposureChange& change : ChangesOf(*command)) {
      changes.push_back(change);
      exposures[change.key];
    }
  }
  if (changes.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(ReadExposures(transaction, exposures));
  for (const ExposureChange& change : changes) risk::Apply(change, exposures[change.key]);
  return WriteExposures(transaction, exposures);
}

}  // namespace rialto::risk
