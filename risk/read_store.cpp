#include "risk/read_store.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "common/mirror/numeric.h"

namespace rialto::risk {
namespace {

using postgres::Result;
using postgres::Row;

constexpr char kSelectLimits[] =
    "SELECT account_id, instrument_id, order_quantity_max_lots, order_notional_max_units,"
    " position_max_lots, exposure_max_units, set_sequence, set_time_ns FROM risk.limits WHERE ";

LimitsRow LimitsFromRow(const Row& row, const Catalog& catalog) {
  const InstrumentId instrument_id(static_cast<uint32_t>(row.Int64(1)));
  const Instrument* instrument = catalog.FindInstrument(instrument_id);
  CHECK(instrument != nullptr);
  return LimitsRow{.account_id = AccountId(static_cast<uint64_t>(row.Int64(0))),
                   .instrument = *instrument,
                   .order_quantity_max = Quantity(row.Int64(2)),
                   .order_notional_max = Amount(row.Int64(3)),
                   .position_max = Quantity(row.Int64(4)),
                   .exposure_max = Amount(row.Int64(5)),
                   .set_sequence = Sequence(static_cast<uint64_t>(row.Int64(6))),
                   .set_time = Timestamp(row.Int64(7))};
}

// Side and place of the orders that a row adds up.
WorkingOrders& OrdersOf(const Row& row, Exposure& exposure) {
  const bool buys = row.Int64(0) == common::v1::ORDER_SIDE_BUY;
  const bool rests = row.Bool(1);
  if (rests) return buys ? exposure.buy : exposure.sell;
  return buys ? exposure.pending_buy : exposure.pending_sell;
}

}  // namespace

absl::StatusOr<Instrument> ReadStore::FindInstrument(const std::string& symbol) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  return *instrument;
}

absl::StatusOr<LimitsPage> ReadStore::GetLimits(AccountId account_id, const std::string& symbol) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  ASSIGN_OR_RETURN(const Result rows,
                   snapshot.transaction.Execute(
                       absl::StrCat(kSelectLimits, "account_id = $1 AND instrument_id = $2"),
                       {account_id, instrument->id}));
  LimitsPage page{.sequence = snapshot.sequence};
  page.rows.push_back(rows.empty() ? LimitsRow{.account_id = account_id, .instrument = *instrument}
                                   : LimitsFromRow(rows.row(0), *snapshot.catalog));
  return page;
}

absl::StatusOr<LimitsPage> ReadStore::ListLimits(const LimitsQuery& query) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          absl::StrCat(kSelectLimits,
                       "($1 = 0 OR account_id = $1) AND (account_id, instrument_id) > ($2, $3)"
                       " ORDER BY account_id, instrument_id LIMIT $4"),
          {query.account_id, query.after_account, query.after_instrument, query.count_max + 1}));
  LimitsPage page{.has_more = rows.row_count() > query.count_max, .sequence = snapshot.sequence};
  const int count = page.has_more ? query.count_max : rows.row_count();
  for (int i = 0; i < count; ++i) {
    page.rows.push_back(LimitsFromRow(rows.row(i), *snapshot.catalog));
  }
  return page;
}

absl::StatusOr<ExposureRow> ReadStore::GetExposure(AccountId account_id,
                                                   const std::string& symbol) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute("SELECT side, price_ticks > 0, count(*), sum(remaining_lots),"
                                   " sum(price_ticks::numeric * remaining_lots)"
                                   " FROM risk.open_orders"
                                   " WHERE account_id = $1 AND instrument_id = $2"
                                   " GROUP BY side, price_ticks > 0",
                                   {account_id, instrument->id}));
  ExposureRow result{.instrument = *instrument, .sequence = snapshot.sequence};
  for (int i = 0; i < rows.row_count(); ++i) {
    const Row row = rows.row(i);
    OrdersOf(row, result.exposure) = {.order_count = row.Int64(2),
                                      .quantity_lots = FromNumeric(row.Text(3)),
                                      .notional_tick_lots = FromNumeric(row.Text(4))};
  }
  return result;
}

absl::StatusOr<SettingsRow> ReadStore::GetSettings(AccountId account_id) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          "SELECT fee_tier, trade_group, open_orders_max, order_rate_max, order_rate_window_ns,"
          " duplicate_window_ns, set_sequence, set_time_ns FROM risk.account_settings"
          " WHERE account_id = $1",
          {account_id}));
  SettingsRow result{.sequence = snapshot.sequence};
  result.settings.set_account_id(account_id.value());
  if (rows.empty()) return result;
  const Row row = rows.row(0);
  result.settings.set_fee_tier(static_cast<uint32_t>(row.Int64(0)));
  result.settings.set_trade_group(static_cast<uint64_t>(FromNumeric(row.Text(1))));
  result.settings.set_open_orders_max(static_cast<uint32_t>(row.Int64(2)));
  result.settings.set_order_rate_max(static_cast<uint32_t>(row.Int64(3)));
  result.settings.set_order_rate_window_ns(row.Int64(4));
  result.settings.set_duplicate_window_ns(row.Int64(5));
  result.set_sequence = Sequence(static_cast<uint64_t>(row.Int64(6)));
  result.set_time = Timestamp(row.Int64(7));
  return result;
}

absl::StatusOr<TradingStatesRow> ReadStore::GetTradingStates(AccountId account_id) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(
      const Result rows,
      snapshot.transaction.Execute(
          "SELECT account_id, state FROM risk.trading_states WHERE account_id IN (0, $1)",
          {account_id}));
  TradingStatesRow result{.sequence = snapshot.sequence};
  for (int i = 0; i < rows.row_count(); ++i) {
    const auto state = static_cast<common::v1::TradingState>(rows.row(i).Int64(1));
    (rows.row(i).Int64(0) == 0 ? result.of_everyone : result.of_account) = state;
  }
  return result;
}

absl::StatusOr<int64_t> ReadStore::BeginChange(const Change& change) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease lease, reader_.pool().Acquire());
  ASSIGN_OR_RETURN(
      const Result inserted,
      lease->Execute("INSERT INTO risk.changes (kind, peer, reason, account_id, asked)"
                     " VALUES ($1, $2, $3, $4, $5) RETURNING change_id",
                     {change.kind, change.peer, change.reason, change.account_id, change.asked}));
  return inserted.row(0).Int64(0);
}

absl::Status ReadStore::EndChange(int64_t change_id, const ChangeEnd& end) {
  ASSIGN_OR_RETURN(postgres::Pool::Lease lease, reader_.pool().Acquire());
  return lease
      ->Execute(
          "UPDATE risk.changes SET outcome = $2, answer = nullif($3, ''),"
          " sequence = $4 WHERE change_id = $1",
          {change_id, end.outcome, end.answer, end.sequence})
      .status();
}

}  // namespace rialto::risk
