#include "ledger/history_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "ledger/conditions_store.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Row;

constexpr char kTradeColumns[] =
    "SELECT sequence, trade_id, timestamp_ns, price_ticks, quantity_lots, quote_units,"
    " taker_order_id, taker_account_id, maker_order_id, maker_account_id, taker_fee_units,"
    " maker_fee_units, instrument_id, taker_side FROM ledger.trades";

template <typename Id>
Id IdAt(const Row& row, int column) {
  return Id(static_cast<typename Id::rep>(row.Int64(column)));
}

int16_t SmallAt(const Row& row, int column) { return static_cast<int16_t>(row.Int64(column)); }

TradeRow TradeAt(const Row& row) {
  return {IdAt<Sequence>(row, 0),
          {.trade_id = IdAt<TradeId>(row, 1),
           .timestamp_ns = row.Int64(2),
           .price_ticks = row.Int64(3),
           .quantity_lots = row.Int64(4),
           .quote_units = row.Int64(5),
           .taker_order_id = IdAt<OrderId>(row, 6),
           .taker_account_id = IdAt<AccountId>(row, 7),
           .maker_order_id = IdAt<OrderId>(row, 8),
           .maker_account_id = IdAt<AccountId>(row, 9),
           .taker_fee_units = row.Int64(10),
           .maker_fee_units = row.Int64(11),
           .instrument_id = IdAt<InstrumentId>(row, 12),
           .taker_side = SmallAt(row, 13)}};
}

// The rows of a statement that was asked for one row more than the page holds.
template <typename RowType>
HistoryPage<RowType> ToPage(const Result& rows, int size, RowType (*read)(const Row&),
                            const MirrorSnapshot& snapshot) {
  HistoryPage<RowType> history{.catalog = snapshot.catalog};
  history.page.sequence = snapshot.sequence;
  history.page.has_more = rows.row_count() > size;
  for (int i = 0; i < rows.row_count() && i < size; ++i) {
    history.page.rows.push_back(read(rows.row(i)));
  }
  return history;
}

absl::Status AddInstrument(const MirrorSnapshot& snapshot, const std::string& symbol,
                           Conditions& conditions) {
  if (symbol.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  conditions.Add("instrument_id = ", {instrument->id});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<HistoryPage<OrderRow>> HistoryStore::ReadOrder(const OrderKey& key) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  Conditions conditions;
  if (key.account_id != AccountId()) conditions.Add("account_id = ", {key.account_id});
  if (key.order_id != OrderId()) {
    conditions.Add("sequence = ", {PlacedBy(key.order_id)});
    conditions.Add("order_id = ", {key.order_id});
  } else {
    conditions.Add("client_order_id = ", {key.client_order_id});
  }
  // One that was taken before those that were refused.
  ASSIGN_OR_RETURN(const Result rows,
                   snapshot.transaction.Execute(
                       absl::StrCat(kSelectOrders, " FROM ledger.orders", conditions.sql(),
                                    " ORDER BY status <> 0 DESC, sequence DESC LIMIT 1"),
                       conditions.values()));
  if (rows.empty()) {
    return absl::NotFoundError(key.order_id != OrderId()
                                   ? absl::StrCat("UNKNOWN_ORDER: no order ", key.order_id.value())
                                   : absl::StrCat("UNKNOWN_ORDER: no order \"", key.client_order_id,
                                                  "\" of account ", key.account_id.value()));
  }
  return ToPage(rows, 1, OrderAt, snapshot);
}

absl::StatusOr<HistoryPage<OrderRow>> HistoryStore::ListOrders(const OrderQuery& query) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  Conditions conditions;
  conditions.Add("account_id = ", {query.account_id});
  conditions.Add("sequence <= ", {query.before.major});
  conditions.Add("(sequence, order_id) < (", {query.before.major, query.before.minor}, ")");
  if (query.status != 0) conditions.Add("status = ", {query.status});
  RETURN_IF_ERROR(AddInstrument(snapshot, query.instrument, conditions));
  const std::string limit = conditions.Parameter(query.size + 1);
  ASSIGN_OR_RETURN(const Result rows,
                   snapshot.transaction.Execute(
                       absl::StrCat(kSelectOrders, " FROM ledger.orders", conditions.sql(),
                                    " ORDER BY sequence DESC, order_id DESC LIMIT ", limit),
                       conditions.values()));
  return ToPage(rows, query.size, OrderAt, snapshot);
}

absl::StatusOr<HistoryPage<TradeRow>> HistoryStore::ListTrades(const TradeQuery& query) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  Conditions conditions;
  conditions.Add("sequence <= ", {query.before.major});
  conditions.Add("(sequence, trade_id) < (", {query.before.major, query.before.minor}, ")");
  RETURN_IF_ERROR(AddInstrument(snapshot, query.instrument, conditions));
  const std::string where = conditions.sql();
  const std::string limit = absl::StrCat(" ORDER BY sequence DESC, trade_id DESC LIMIT ",
                                         conditions.Parameter(query.size + 1));
  std::string sql = absl::StrCat(kTradeColumns, where, limit);
  if (query.account_id != AccountId()) {
    // Each side by its own index; who traded with himself is in both, and once in the union.
    const std::string account = conditions.Parameter(query.account_id);
    const auto side = [&](const char* column) {
      return absl::StrCat("(", kTradeColumns, where, " AND ", column, " = ", account, limit, ")");
    };
    sql = absl::StrCat(side("taker_account_id"), " UNION ", side("maker_account_id"), limit);
  }
  ASSIGN_OR_RETURN(const Result rows, snapshot.transaction.Execute(sql, conditions.values()));
  return ToPage(rows, query.size, TradeAt, snapshot);
}

}  // namespace rialto::ledger
