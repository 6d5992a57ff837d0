#include "pms/store.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/mirror/definitions.h"
#include "common/mirror/numeric.h"
#include "pms/position_rows.h"
#include "pms/schema_files.h"

namespace rialto::pms {
namespace {

using postgres::Result;
using postgres::Transaction;

using Positions = std::map<PositionKey, Position>;

// The last trade of an instrument.
struct Mark {
  int64_t price_ticks = 0;
  TradeId trade_id;
  int64_t timestamp_ns = 0;
};

// What a batch says, in order.
struct Batch {
  std::vector<Fill> fills;
  std::map<InstrumentId, Mark> marks;
};

Batch Read(CommandBatch commands) {
  Batch batch;
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) {
      if (!event.has_trade()) continue;
      const engine::v1::Trade& trade = event.trade();
      for (const Fill& fill : FillsOf(trade)) batch.fills.push_back(fill);
      batch.marks[InstrumentId(trade.instrument_id())] = {
          trade.price_ticks(), TradeId(trade.trade_id()), command->timestamp_ns()};
    }
  }
  return batch;
}

absl::Status ReadPositions(Transaction& transaction, Positions& positions) {
  std::vector<int64_t> account_ids, instrument_ids;
  for (const auto& [key, position] : positions) {
    account_ids.push_back(static_cast<int64_t>(key.account_id.value()));
    instrument_ids.push_back(key.instrument_id.value());
  }
  ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(absl::StrCat("SELECT ", kPositionColumns,
                                       " FROM unnest($1, $2) AS touched (account_id, instrument_id)"
                                       " JOIN pms.positions USING (account_id, instrument_id)"),
                          {account_ids, instrument_ids}));
  for (int i = 0; i < rows.row_count(); ++i) {
    positions[KeyFromRow(rows.row(i))] = FromRow(rows.row(i));
  }
  return absl::OkStatus();
}

absl::Status WritePositions(Transaction& transaction, const Positions& positions) {
  std::vector<int64_t> account_ids, instrument_ids, fill_counts;
  std::vector<std::string> quantities, costs, realised, fees;
  for (const auto& [key, position] : positions) {
    account_ids.push_back(static_cast<int64_t>(key.account_id.value()));
    instrument_ids.push_back(key.instrument_id.value());
    quantities.push_back(ToNumeric(position.quantity_units));
    costs.push_back(ToNumeric(position.cost_units));
    realised.push_back(ToNumeric(position.realised_units));
    fees.push_back(ToNumeric(position.fee_units));
    fill_counts.push_back(position.fill_count);
  }
  return transaction
      .Execute(absl::StrCat("INSERT INTO pms.positions (", kPositionColumns, ")",
                            " SELECT a, b, c::numeric, d::numeric, e::numeric, f::numeric, g"
                            " FROM unnest($1, $2, $3, $4, $5, $6, $7)"
                            " AS written (a, b, c, d, e, f, g)"
                            " ON CONFLICT (account_id, instrument_id) DO UPDATE SET"
                            " quantity_units = excluded.quantity_units,"
                            " cost_units = excluded.cost_units,"
                            " realised_units = excluded.realised_units,"
                            " fee_units = excluded.fee_units, fill_count = excluded.fill_count"),
               {account_ids, instrument_ids, quantities, costs, realised, fees, fill_counts})
      .status();
}

absl::Status WriteMarks(Transaction& transaction, const std::map<InstrumentId, Mark>& marks) {
  std::vector<int64_t> instrument_ids, prices, trade_ids, times;
  for (const auto& [instrument_id, mark] : marks) {
    instrument_ids.push_back(instrument_id.value());
    prices.push_back(mark.price_ticks);
    trade_ids.push_back(static_cast<int64_t>(mark.trade_id.value()));
    times.push_back(mark.timestamp_ns);
  }
  return transaction
      .Execute(
          "INSERT INTO pms.marks (instrument_id, price_ticks, trade_id, timestamp_ns)"
          " SELECT * FROM unnest($1, $2, $3, $4)"
          " ON CONFLICT (instrument_id) DO UPDATE SET price_ticks = excluded.price_ticks,"
          " trade_id = excluded.trade_id, timestamp_ns = excluded.timestamp_ns",
          {instrument_ids, prices, trade_ids, times})
      .status();
}

}  // namespace

const postgres::Schema& Store::schema() const { return kSchema; }

absl::Status Store::Load(Transaction&) { return absl::OkStatus(); }

absl::Status Store::Apply(Transaction& transaction, CommandBatch commands) {
  RETURN_IF_ERROR(WriteDefinitions(transaction, "pms", commands));
  const Batch batch = Read(commands);
  if (batch.fills.empty()) return absl::OkStatus();
  Positions positions;
  for (const Fill& fill : batch.fills) positions[fill.key];
  RETURN_IF_ERROR(ReadPositions(transaction, positions));
  for (const Fill& fill : batch.fills) pms::Apply(fill, positions[fill.key]);
  RETURN_IF_ERROR(WritePositions(transaction, positions));
  metrics_.fills_total.Increment(static_cast<double>(batch.fills.size()));
  return WriteMarks(transaction, batch.marks);
}

}  // namespace rialto::pms
