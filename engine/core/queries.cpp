// What others may ask of the state, and the invariants that tests check.

#include <optional>

#include "common/base/check.h"
#include "engine/core/engine.h"

namespace rialto::engine {

const Asset* Engine::FindAsset(AssetId id) const {
  const uint32_t index = id.value() - 1;  // Wraps at 0: not found.
  return index < assets_.size() ? &assets_[index] : nullptr;
}

const Market* Engine::FindMarket(InstrumentId id) const {
  const uint32_t index = id.value() - 1;
  return index < markets_.size() ? markets_[index].get() : nullptr;
}

std::optional<OpenOrder> Engine::FindOpenOrder(const OrderReference& reference) const {
  const OrderIndex index = FindOpenOrderIndex(reference);
  if (index == kNoOrder) return std::nullopt;
  return Describe(index);
}

OpenOrder Engine::Describe(OrderIndex index) const {
  const Order& order = orders_[index];
  const RestingOrder& resting = orders_.resting(index);
  const bool rests = resting.level != kNoLevel;
  OpenOrder view;
  view.id = resting.id;
  view.account_id = orders_.AccountOf(index);
  if (order.memory != 0) view.client_order_id = memory_[order.memory].client_order_id;
  view.instrument_id = order.instrument_id;
  view.side = order.side;
  view.type = order.type;
  view.time_in_force = order.time_in_force;
  view.post_only = order.post_only;
  view.self_trade = order.self_trade;
  view.status = rests ? OrderStatus::kOpen : OrderStatus::kPending;
  view.limit = order.limit;
  if (rests) {
    view.level = MarketOf(index).book.PriceOf(index);
    view.displayed = resting.displayed;
  }
  view.quantity = order.quantity;
  view.executed = orders_.Executed(index);
  view.prevented = orders_.Prevented(index);
  view.remaining = orders_.Remaining(index);
  view.executed_quote = order.executed_quote;
  view.hold = order.hold;
  if (const SpecialTerms* special = orders_.special(index); special != nullptr) {
    view.terms = special->terms;
    view.list_id = special->list_id;
  }
  return view;
}

// Every hold is what its order needs, to the unit (a leg that shares its sibling's: at most);
// every open order is in a book or waits, and is in its owner's list. What is held besides is held
// for pending transfers.
void Engine::Validate() const {
  const auto asset_count = static_cast<uint32_t>(assets_.size());
  accounts_.Validate(asset_count);
  std::vector<absl::int128> held(asset_count, 0);
  uint64_t in_markets = 0;
  for (const std::unique_ptr<Market>& market : markets_) {
    ValidateMarket(*market, held);
    in_markets += static_cast<uint64_t>(market->open_orders);
  }
  CHECK(in_markets == orders_.size());
  ValidatePending(held);
  for (uint64_t id = 1; id <= kHouseAccounts; ++id) {
    for (uint32_t asset = 0; asset < asset_count; ++asset) {
      held[asset] -= accounts_.Get(AccountId(id), AssetId(asset + 1)).held.value();
    }
  }
  uint64_t in_lists = 0;
  for (AccountIndex user = 0; user < accounts_.user_count(); ++user) {
    const Account& account = accounts_.User(user);
    for (uint32_t asset = 0; asset < account.balances.size(); ++asset) {
      held[asset] -= account.balances[asset].held.value();
    }
    int64_t listed = 0;
    for (OrderIndex i = account.first_order; i != kNoOrder; i = orders_[i].account_next) {
      CHECK(orders_.OwnerOf(i) == user && orders_.Find(orders_.IdOf(i)) == i);
      ++listed;
    }
    CHECK(listed == account.open_orders);
    in_lists += static_cast<uint64_t>(listed);
  }
  CHECK(in_lists == orders_.size());
  for (const absl::int128 difference : held) CHECK(difference == 0);
}

void Engine::ValidatePending(std::vector<absl::int128>& held) const {
  uint64_t counted = 0;
  for (const auto& [number, id] : pending_) {
    const RememberedTransfer& transfer = *memory_.FindTransfer(id);
    CHECK(transfer.kind == TransferKind::kPending && transfer.state == TransferState::kPending);
    CHECK(transfer.amount > Amount(0) && transfer.debit_account_id != kExternal);
    CHECK(transfer.expires == Timestamp(0) ||
          timers_.count(Timer(transfer.expires, TimerKind::kPending, number)) == 1);
    CHECK(pending_of_account_.contains(transfer.debit_account_id));
    held[transfer.asset_id.value() - 1] += transfer.amount.value();
  }
  for (AccountIndex user = 0; user < accounts_.user_count(); ++user) {
    const auto count = pending_of_account_.find(Accounts::IdOf(user));
    if (count != pending_of_account_.end()) counted += count->second;
  }
  for (uint64_t id = 1; id <= kHouseAccounts; ++id) {
    const auto count = pending_of_account_.find(AccountId(id));
    if (count != pending_of_account_.end()) counted += count->second;
  }
  CHECK(counted == pending_.size());
}

void Engine::ValidateMarket(const Market& market, std::vector<absl::int128>& held) const {
  market.book.Validate();
  market.triggers.Validate(orders_);
  if (market.is_trading() || market.state == InstrumentState::kPostOnly) {
    CHECK(!market.book.crossed());
  }
  int64_t found = 0;
  const auto check = [&](OrderIndex i) {
    const Order& order = orders_[i];
    CHECK(order.instrument_id == market.instrument.id && order.is_linked);
    CHECK(orders_.Remaining(i) > Quantity(0) && orders_.Executed(i) >= Quantity(0));
    const Amount need = NeedOf(i);
    const bool shares = Sibling(i) != kNoOrder || order.waiting == Waiting::kParent;
    CHECK(shares ? order.hold <= need : order.hold == need);
    held[HoldAsset(market.instrument, order.side).value() - 1] += order.hold.value();
    ++found;
  };
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (OrderIndex i = market.book.Best(side); i != kNoOrder; i = market.book.After(i)) {
      CHECK(orders_[i].side == side && orders_[i].waiting == Waiting::kNothing);
      check(i);
    }
  }
  for (const auto& [id, index] : market.waiting) {
    CHECK(orders_.IdOf(index) == id && orders_[index].waiting != Waiting::kNothing);
    CHECK(orders_.Hidden(index) == Quantity(0));
    check(index);
  }
  CHECK(found == market.open_orders);
}

}  // namespace rialto::engine
