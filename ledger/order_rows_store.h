// Rows of the table of orders, as they are read.
#pragma once

#include <cstdint>

#include "common/postgres/result.h"
#include "ledger/order_changes.h"

namespace rialto::ledger {

// An order as it is at the mirror's position.
struct OrderRow {
  OrderId order_id;
  OrderForm form;
  int64_t placed_ns = 0;
  Sequence last_sequence;
  int64_t changed_ns = 0;
  int64_t price_ticks = 0;
  int64_t quantity_lots = 0;
  int64_t executed_lots = 0;
  int64_t executed_units = 0;
  int64_t prevented_lots = 0;
  int status = 0;  // rialto.common.v1.OrderStatus; 0: refused.
  int reason = 0;
};

// "SELECT …" of all columns of orders, as OrderAt() takes them; " FROM …" is to follow.
extern const char kSelectOrders[];

OrderRow OrderAt(const postgres::Row& row);

}  // namespace rialto::ledger
