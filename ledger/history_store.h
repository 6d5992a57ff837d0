// Orders and trades of all times, as the service reads them.
//
// Every answer is one snapshot of the database and says the sequence it is true at. Failures:
// NOT_FOUND and UNAVAILABLE, message starting with a reason code. Thread: any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "common/mirror/mirror_reader.h"
#include "ledger/order_rows_store.h"
#include "ledger/read_store.h"
#include "ledger/records.h"

namespace rialto::ledger {

struct TradeRow {
  Sequence sequence;
  TradeRecord trade;
};

// A page and the definitions that turn its numbers into decimals.
template <typename RowType>
struct HistoryPage {
  Page<RowType> page;
  std::shared_ptr<const Catalog> catalog;
};

// One order, by either id.
struct OrderKey {
  OrderId order_id;      // 0: by the owner's.
  AccountId account_id;  // 0: any.
  std::string client_order_id;
};

// The rest of an account's orders, older than `before`.
struct OrderQuery {
  AccountId account_id;
  std::string instrument;  // Empty: all.
  int status = 0;          // 0: all.
  PageKey before;          // Sequence and order id.
  int size = 0;
};

// The rest of the trades, older than `before`.
struct TradeQuery {
  AccountId account_id;    // 0: all.
  std::string instrument;  // Empty: all.
  PageKey before;          // Sequence and trade id.
  int size = 0;
};

class HistoryStore {
 public:
  // `reader` outlives it.
  explicit HistoryStore(MirrorReader& reader) : reader_(reader) {}

  // A page of exactly one row.
  absl::StatusOr<HistoryPage<OrderRow>> ReadOrder(const OrderKey& key);
  absl::StatusOr<HistoryPage<OrderRow>> ListOrders(const OrderQuery& query);
  absl::StatusOr<HistoryPage<TradeRow>> ListTrades(const TradeQuery& query);

 private:
  MirrorReader& reader_;
};

}  // namespace rialto::ledger
