// A position as a row of pms.positions.
#pragma once

#include "common/postgres/result.h"
#include "pms/positions.h"

namespace rialto::pms {

// The columns that KeyFromRow and FromRow read, in their order.
inline constexpr char kPositionColumns[] =
    "account_id, instrument_id, quantity_units, cost_units, realised_units, fee_units, fill_count";
inline constexpr int kPositionColumnCount = 7;

PositionKey KeyFromRow(const postgres::Row& row);
Position FromRow(const postgres::Row& row);

}  // namespace rialto::pms
