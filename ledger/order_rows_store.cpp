#include "ledger/order_rows_store.h"

#include "absl/strings/escaping.h"

namespace rialto::ledger {
namespace {

using postgres::Row;

template <typename Id>
Id IdAt(const Row& row, int column) {
  return Id(static_cast<typename Id::rep>(row.Int64(column)));
}

int16_t SmallAt(const Row& row, int column) { return static_cast<int16_t>(row.Int64(column)); }

}  // namespace

const char kSelectOrders[] =
    "SELECT sequence, order_id, account_id, last_sequence, placed_ns, changed_ns, price_ticks,"
    " quantity_lots, quote_units, executed_lots, executed_units, prevented_lots, list_id,"
    " instrument_id, side, type, time_in_force, list_kind, status, reason, post_only,"
    " client_order_id, encode(terms, 'hex')";

OrderRow OrderAt(const Row& row) {
  OrderRow order{.order_id = IdAt<OrderId>(row, 1),
                 .form = {.account_id = IdAt<AccountId>(row, 2),
                          .instrument_id = IdAt<InstrumentId>(row, 13),
                          .client_order_id = std::string(row.Text(21)),
                          .side = SmallAt(row, 14),
                          .type = SmallAt(row, 15),
                          .time_in_force = SmallAt(row, 16),
                          .list_kind = SmallAt(row, 17),
                          .post_only = row.Bool(20),
                          .quote_units = row.Int64(8),
                          .list_id = static_cast<uint64_t>(row.Int64(12))},
                 .placed_ns = row.Int64(4),
                 .last_sequence = IdAt<Sequence>(row, 3),
                 .changed_ns = row.Int64(5),
                 .price_ticks = row.Int64(6),
                 .quantity_lots = row.Int64(7),
                 .executed_lots = row.Int64(9),
                 .executed_units = row.Int64(10),
                 .prevented_lots = row.Int64(11),
                 .status = SmallAt(row, 18),
                 .reason = SmallAt(row, 19)};
  if (!row.IsNull(22)) {
    order.form.terms = absl::HexStringToBytes({row.Text(22).data(), row.Text(22).size()});
  }
  return order;
}

}  // namespace rialto::ledger
