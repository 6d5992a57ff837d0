// What is always true of the naive model between two commands.
#include "common/base/check.h"
#include "engine/core/accounts.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {

void NaiveEngine::Validate() const {
  ValidateMoney();
  uint64_t open = 0;
  for (uint32_t i = 1; i <= markets_.size(); ++i) {
    const NaiveMarket& market = MarketOf(InstrumentId(i));
    const bool may_cross =
        market.state != InstrumentState::kTrading && market.state != InstrumentState::kPostOnly;
    CHECK(may_cross || market.uncross || !market.IsCrossed());
    for (const OrderId id : OrdersOf(InstrumentId(i))) {
      ++open;
      CHECK(orders_.at(id).placed.instrument_id == InstrumentId(i));
      ValidateOrder(orders_.at(id));
    }
  }
  CHECK(open == open_order_count_ && open == orders_.size());
  CHECK(open == open_by_client_id_.size());
}

// Nothing is lost or made, nobody owes, and all that is held is held for open orders and pending
// transfers.
void NaiveEngine::ValidateMoney() const {
  std::map<std::pair<AccountId, AssetId>, Wide> held;
  for (const auto& [id, order] : orders_) {
    held[{order.placed.account_id, HoldAsset(order.placed)}] += order.hold;
  }
  for (const auto& [age, pending] : pending_) {
    const NaiveTransfer& transfer = transfers_.at(pending.id);
    CHECK(transfer.state == TransferState::kPending && transfer.age == age);
    held[{transfer.debit_account_id, transfer.asset_id}] += transfer.amount.value();
  }
  for (const auto& [key, balance] : balances_) {
    CHECK(balance.available >= 0 || key.first == kExternal);
    CHECK(held[key] == balance.held);
  }
  for (uint32_t i = 1; i <= assets_.size(); ++i) CHECK(Total(AssetId(i)) == 0);
}

void NaiveEngine::ValidateOrder(const NaiveOrder& order) const {
  CHECK(order.is_open() && order.remaining > 0 && order.hold >= 0);
  CHECK(order.placed.quantity == Quantity(order.total()));
  CHECK(order.in_book == (order.status == OrderStatus::kOpen));
  if (order.in_book) {
    const int64_t display = order.placed.terms.display_quantity.value();
    CHECK(order.displayed > 0 && order.displayed <= order.remaining);
    CHECK(display == 0 ? order.displayed == order.remaining : order.displayed <= display);
    CHECK(order.book_price >= 1);
  } else {
    CHECK(order.displayed == 0);
    const bool waits = order.waits_for_parent || (HasTrigger(order.placed) && !order.triggered);
    CHECK(waits || order.placed.type == OrderType::kPegged);
  }
  if (order.waits_for_parent) {
    CHECK(order.hold == 0);
  } else if (order.list_id == OrderId(0)) {
    CHECK(order.hold == NeedOf(order, order.remaining));
  } else {
    CHECK(order.hold <= NeedOf(order, order.remaining));
  }
}

}  // namespace rialto::engine
