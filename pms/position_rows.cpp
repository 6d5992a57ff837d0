#include "pms/position_rows.h"

#include "common/mirror/numeric.h"

namespace rialto::pms {

PositionKey KeyFromRow(const postgres::Row& row) {
  return {AccountId(static_cast<uint64_t>(row.Int64(0))),
          InstrumentId(static_cast<uint32_t>(row.Int64(1)))};
}

Position FromRow(const postgres::Row& row) {
  return Position{.quantity_units = FromNumeric(row.Text(2)),
                  .cost_units = FromNumeric(row.Text(3)),
                  .realised_units = FromNumeric(row.Text(4)),
                  .fee_units = FromNumeric(row.Text(5)),
                  .fill_count = row.Int64(6)};
}

}  // namespace rialto::pms
