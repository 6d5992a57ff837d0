#include "risk/exposure_rows.h"

#include "common/mirror/numeric.h"

namespace rialto::risk {
namespace {

WorkingOrders OrdersFromRow(const postgres::Row& row, int first_column) {
  return {.order_count = row.Int64(first_column),
          .quantity_lots = FromNumeric(row.Text(first_column + 1)),
          .notional_tick_lots = FromNumeric(row.Text(first_column + 2))};
}

}  // namespace

ExposureKey KeyFromRow(const postgres::Row& row) {
  return {AccountId(static_cast<uint64_t>(row.Int64(0))),
          InstrumentId(static_cast<uint32_t>(row.Int64(1)))};
}

Exposure FromRow(const postgres::Row& row) {
  return {.buy = OrdersFromRow(row, 2), .sell = OrdersFromRow(row, 5)};
}

}  // namespace rialto::risk
