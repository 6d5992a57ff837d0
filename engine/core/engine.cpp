#include "engine/core/engine.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/decimal.h"

namespace rialto::engine {

Engine::Engine()
    : memory_({limits::kOutcomesRememberedMin, limits::kOutcomesRememberedNs}, orders_) {}

Outcome Engine::Apply(const CommandHeader& header, const Command& command, Events& events) {
  CHECK(header.sequence == sequence_.Next());
  CHECK(header.timestamp > now_);
  sequence_ = header.sequence;
  now_ = header.timestamp;
  accounts_.BeginCommand(sequence_);
  Outcome outcome =
      std::visit([&](const auto& question) { return Decide(question, events); }, command);
  EmitTouchedBalances(events);
  return outcome;
}

Outcome Engine::Decide(const CreateAsset& command, Events& events) {
  Outcome outcome = NewOutcome();
  if (const auto found = assets_by_symbol_.find(command.symbol); found != assets_by_symbol_.end()) {
    if (FindAsset(found->second)->scale != command.scale) return Refuse({RejectReason::kNameTaken});
    outcome.repeated = true;
    outcome.created_id = found->second.value();
    return outcome;
  }
  if (command.scale > kScaleMax) {
    return Refuse({RejectReason::kInvalidDefinition, kScaleMax, command.scale});
  }
  if (assets_.size() == limits::kAssetsMax) {
    return Refuse({RejectReason::kVenueFull, limits::kAssetsMax, limits::kAssetsMax});
  }

  const AssetId id(static_cast<uint32_t>(assets_.size() + 1));
  assets_.push_back({id, command.symbol, command.scale});
  assets_by_symbol_.emplace(command.symbol, id);
  events.push_back(AssetCreated{id, command.symbol, command.scale});
  outcome.created_id = id.value();
  return outcome;
}

Outcome Engine::Decide(const CreateInstrument& command, Events& events) {
  const Asset* base = FindAsset(command.base);
  if (base == nullptr) return Refuse({RejectReason::kUnknownAsset, 0, command.base.value()});
  const Asset* quote = FindAsset(command.quote);
  if (quote == nullptr) return Refuse({RejectReason::kUnknownAsset, 0, command.quote.value()});
  Outcome outcome = NewOutcome();
  if (const auto found = instruments_by_symbol_.find(command.symbol);
      found != instruments_by_symbol_.end()) {
    if (FindMarket(found->second)->instrument.definition != command) {
      return Refuse({RejectReason::kNameTaken});
    }
    outcome.repeated = true;
    outcome.created_id = found->second.value();
    return outcome;
  }
  std::optional<Instrument> instrument = MakeInstrument(command, *base, *quote);
  if (!instrument.has_value()) return Refuse({RejectReason::kInvalidDefinition});
  if (markets_.size() == limits::kInstrumentsMax) {
    return Refuse({RejectReason::kVenueFull, limits::kInstrumentsMax, limits::kInstrumentsMax});
  }

  instrument->id = InstrumentId(static_cast<uint32_t>(markets_.size() + 1));
  markets_.push_back(std::make_unique<Market>(Market{*instrument, Book(orders_)}));
  instruments_by_symbol_.emplace(command.symbol, instrument->id);
  events.push_back(InstrumentCreated{instrument->id, command});
  outcome.created_id = instrument->id.value();
  return outcome;
}

Outcome Engine::Decide(const OpenAccount& command, Events& events) {
  Outcome outcome = NewOutcome();
  if (const AccountId known = accounts_.FindByName(command.name); known != AccountId()) {
    outcome.repeated = true;
    outcome.created_id = known.value();
    return outcome;
  }
  if (accounts_.user_count() == limits::kAccountsMax) {
    return Refuse({RejectReason::kVenueFull, static_cast<int64_t>(limits::kAccountsMax),
                   static_cast<int64_t>(limits::kAccountsMax)});
  }
  const AccountId id = accounts_.Open(command.name);
  events.push_back(AccountOpened{id, command.name});
  outcome.created_id = id.value();
  return outcome;
}

Outcome Engine::Decide(const SetAccountLimits& command, Events& events) {
  if (accounts_.FindUser(command.account_id) == nullptr) {
    return Refuse({RejectReason::kUnknownAccount});
  }
  if (FindMarket(command.instrument_id) == nullptr) {
    return Refuse({RejectReason::kUnknownInstrument});
  }
  if (command.order_quantity_max < Quantity(0) || command.order_notional_max < Amount(0)) {
    return Refuse({RejectReason::kInvalidDefinition});
  }
  account_limits_[{command.account_id, command.instrument_id}] = {command.order_quantity_max,
                                                                  command.order_notional_max};
  events.push_back(AccountLimitsSet{command.account_id, command.instrument_id,
                                    command.order_quantity_max, command.order_notional_max});
  return NewOutcome();
}

Outcome Engine::Decide(const CancelOrder& command, Events& events) {
  const OrderReference& reference = command.order;
  if (accounts_.FindUser(reference.account_id) == nullptr) {
    return RefuseOrder(reference, {RejectReason::kUnknownAccount}, events);
  }
  const OrderIndex index = FindOpenOrderIndex(reference);
  if (index == kNoOrder) return RefuseOrder(reference, {RejectReason::kUnknownOrder}, events);

  const Order order = orders_[index];
  Cancel(index, CancelReason::kRequested, events);
  Outcome outcome = NewOutcome();
  outcome.order_id = order.id;
  outcome.instrument_id = order.instrument_id;
  outcome.side = order.side;
  outcome.status = OrderStatus::kCanceled;
  outcome.cancel_reason = CancelReason::kRequested;
  outcome.executed = order.executed();
  outcome.executed_quote = order.executed_quote;
  return outcome;
}

Outcome Engine::Decide(const AmendOrder& command, Events& events) {
  const OrderReference& reference = command.order;
  if (accounts_.FindUser(reference.account_id) == nullptr) {
    return RefuseOrder(reference, {RejectReason::kUnknownAccount}, events);
  }
  const OrderIndex index = FindOpenOrderIndex(reference);
  if (index == kNoOrder) return RefuseOrder(reference, {RejectReason::kUnknownOrder}, events);
  Order& order = orders_[index];
  if (command.quantity < Quantity(1)) {
    return RefuseOrder(reference,
                       {RejectReason::kQuantityBelowMinimum, 1, command.quantity.value()}, events);
  }
  if (command.quantity > order.quantity) {
    return RefuseOrder(
        reference,
        {RejectReason::kQuantityNotReduced, order.quantity.value(), command.quantity.value()},
        events);
  }

  Outcome outcome = NewOutcome();
  outcome.order_id = order.id;
  outcome.instrument_id = order.instrument_id;
  outcome.side = order.side;
  outcome.executed = order.executed();
  outcome.executed_quote = order.executed_quote;
  if (command.quantity <= order.executed()) {
    Cancel(index, CancelReason::kAmended, events);
    outcome.status = OrderStatus::kCanceled;
    outcome.cancel_reason = CancelReason::kAmended;
    return outcome;
  }
  if (command.quantity < order.quantity) {
    Market& market = *MutableMarket(order.instrument_id);
    const Quantity reduced = order.quantity - command.quantity;
    market.book.Reduce(index, reduced);
    order.quantity = command.quantity;
    const Amount need = HoldNeed(market.instrument, order.side, order.price, order.remaining);
    accounts_.Release({order.account_id, HoldAsset(market.instrument, order.side)},
                      order.hold - need);
    order.hold = need;
    events.push_back(OrderReduced{order.id, order.account_id, order.instrument_id, order.side,
                                  order.price, reduced, order.remaining});
  }
  outcome.status = OrderStatus::kOpen;
  outcome.remaining = order.remaining;
  return outcome;
}

void Engine::Cancel(OrderIndex index, CancelReason reason, Events& events) {
  const Order order = orders_[index];
  Market& market = *MutableMarket(order.instrument_id);
  market.book.Remove(index);
  orders_.Remove(index, *accounts_.FindUser(order.account_id));
  accounts_.Release({order.account_id, HoldAsset(market.instrument, order.side)}, order.hold);
  events.push_back(OrderCanceled{order.id, order.account_id, order.instrument_id, order.side,
                                 order.price, order.remaining, reason, true});
}

Outcome Engine::NewOutcome() const {
  Outcome outcome;
  outcome.sequence = sequence_;
  return outcome;
}

Outcome Engine::Refuse(const Refusal& refusal) const {
  Outcome outcome = NewOutcome();
  outcome.reason = refusal.reason;
  outcome.need = refusal.need;
  outcome.have = refusal.have;
  return outcome;
}

Outcome Engine::RefuseOrder(const OrderReference& reference, const Refusal& refusal,
                            Events& events) const {
  Outcome outcome = Refuse(refusal);
  if (const Order* order = FindOpenOrder(reference); order != nullptr) {
    outcome.order_id = order->id;
    outcome.instrument_id = order->instrument_id;
    outcome.side = order->side;
  }
  events.push_back(OrderRejected{reference.account_id, reference.client_order_id,
                                 reference.order_id, outcome.instrument_id, refusal.reason,
                                 refusal.need, refusal.have});
  return outcome;
}

void Engine::EmitTouchedBalances(Events& events) const {
  for (const BalanceKey& key : accounts_.touched()) {
    const Balance balance = accounts_.Get(key.account_id, key.asset_id);
    events.push_back(BalanceChanged{key.account_id, key.asset_id, balance.available, balance.held});
  }
}

const Asset* Engine::FindAsset(AssetId id) const {
  const uint32_t index = id.value() - 1;  // Wraps at 0: not found.
  return index < assets_.size() ? &assets_[index] : nullptr;
}

const Market* Engine::FindMarket(InstrumentId id) const {
  const uint32_t index = id.value() - 1;
  return index < markets_.size() ? markets_[index].get() : nullptr;
}

Market* Engine::MutableMarket(InstrumentId id) { return const_cast<Market*>(FindMarket(id)); }

const Order* Engine::FindOpenOrder(const OrderReference& reference) const {
  const OrderIndex index = FindOpenOrderIndex(reference);
  return index == kNoOrder ? nullptr : &orders_[index];
}

OrderIndex Engine::FindOpenOrderIndex(const OrderReference& reference) const {
  OrderId id = reference.order_id;
  if (id == OrderId()) {
    const RememberedOrder* remembered =
        memory_.FindOrder(reference.account_id, reference.client_order_id);
    if (remembered == nullptr) return kNoOrder;
    id = OrderId(remembered->sequence.value());
  }
  const OrderIndex index = orders_.Find(id);
  if (index == kNoOrder || orders_[index].account_id != reference.account_id) return kNoOrder;
  return index;
}

void Engine::Validate() const {
  const auto asset_count = static_cast<uint32_t>(assets_.size());
  accounts_.Validate(asset_count);

  // Every hold is what open orders need, to the unit; every open order is in a book and in its
  // owner's list.
  std::vector<absl::int128> held(asset_count, 0);
  uint64_t in_books = 0;
  for (const std::unique_ptr<Market>& market : markets_) {
    market->book.Validate();
    for (const Side side : {Side::kBuy, Side::kSell}) {
      for (const auto& [price, level] : market->book.levels(side)) {
        for (OrderIndex i = level.first; i != kNoOrder; i = orders_[i].level_next) {
          const Order& order = orders_[i];
          CHECK(order.instrument_id == market->instrument.id);
          CHECK(order.hold == HoldNeed(market->instrument, side, price, order.remaining));
          held[HoldAsset(market->instrument, side).value() - 1] += order.hold.value();
          ++in_books;
        }
      }
    }
  }
  CHECK(in_books == orders_.size());
  uint64_t in_lists = 0;
  for (uint64_t i = 0; i < accounts_.user_count(); ++i) {
    const AccountId id(kFirstUserAccount.value() + i);
    const Account& account = *accounts_.FindUser(id);
    for (uint32_t asset = 0; asset < account.balances.size(); ++asset) {
      held[asset] -= account.balances[asset].held.value();
    }
    int64_t listed = 0;
    for (OrderIndex o = account.first_order; o != kNoOrder; o = orders_[o].account_next) {
      CHECK(orders_[o].account_id == id);
      ++listed;
    }
    CHECK(listed == account.open_orders);
    in_lists += static_cast<uint64_t>(listed);
  }
  CHECK(in_lists == orders_.size());
  for (const absl::int128 difference : held) CHECK(difference == 0);
}

}  // namespace rialto::engine
