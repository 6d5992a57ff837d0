// An exposure as a row of risk.exposures.
#pragma once

#include "common/postgres/result.h"
#include "risk/exposure.h"

namespace rialto::risk {

// The columns that KeyFromRow and FromRow read, in their order.
inline constexpr char kExposureColumns[] =
    "account_id, instrument_id, buy_order_count, buy_quantity_lots, buy_notional_tick_lots,"
    " sell_order_count, sell_quantity_lots, sell_notional_tick_lots";

ExposureKey KeyFromRow(const postgres::Row& row);
Exposure FromRow(const postgres::Row& row);

}  // namespace rialto::risk
