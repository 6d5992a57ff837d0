// The whole state to bytes and back. docs/formats/snapshot.md says in which order.
//
// What follows from the rest is not stored: indexes, links, sums. Orders are stored by owner,
// oldest first, and named by their ordinal from there on; a fresh pool gives them these as
// positions.
//
// A file whose checksums fit may still say anything: every number that names something, an order,
// an account, a value of an enum, is looked at before it is used, now or by a later command.

#include <algorithm>
#include <utility>

#include "common/base/check.h"
#include "common/base/decimal.h"
#include "engine/core/engine.h"

namespace rialto::engine {
namespace {

// Sorted, because a hash map's own order means nothing.
template <typename Map>
auto SortedKeys(const Map& map) {
  std::vector<typename Map::key_type> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

void SaveBalances(const Account& account, StateWriter& out) {
  out(uint64_t{account.balances.size()});
  for (const Balance& balance : account.balances) {
    out(balance.available, balance.held, balance.touched != Sequence());
  }
}

}  // namespace

void Accounts::Save(StateWriter& out) const {
  for (const Account& account : house_) SaveBalances(account, out);
  out(uint64_t{users_.size()});
  for (const Account& account : users_) {
    out(account.name);
    SaveBalances(account, out);
    out(account.rules != nullptr);
    if (account.rules != nullptr) out(*account.rules);
  }
}

void Accounts::Load(StateReader& in, size_t assets) {
  const auto load_balances = [&](AccountId id, Account& account) {
    const auto count = in.Read<uint64_t>();
    if (!in.Check(count <= assets)) return;
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
      Balance& balance = account.balances.emplace_back();
      in(balance.available, balance.held);
      if (!in.Read<bool>()) continue;
      balance.touched = Sequence(1);  // Some command; which, nobody asks.
      if (i >= held_.size()) held_.resize(i + 1);
      digest_[BalanceBucket(id)] +=
          BalanceHash(id, AssetId(i + 1), balance.available, balance.held);
      held_[i] += balance.held.value();
    }
  };
  for (size_t i = 0; i < house_.size(); ++i) load_balances(AccountId(i + 1), house_[i]);
  const auto count = in.Read<uint64_t>();
  if (!in.Check(count <= limits::kAccountsMax)) return;
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    Account& account = users_.emplace_back();
    in(account.name);
    if (!in.Check(by_name_.emplace(account.name, last_user()).second)) return;
    load_balances(last_user(), account);
    if (in.Read<bool>()) in(account.MutableRules());
  }
}

void OutcomeMemory::Save(StateWriter& out, std::vector<uint32_t>& ordinals) const {
  out(uint64_t{orders_.size()});
  uint32_t ordinal = 0;
  for (uint32_t position = oldest_; position != 0; position = orders_[position].younger) {
    if (position >= ordinals.size()) ordinals.resize(position + 1);
    ordinals[position] = ++ordinal;
    RememberedOrder order = orders_[position];
    order.younger = 0;  // Says where, not what.
    out(order);
  }
  const std::vector<TransactionId> ids = SortedKeys(transfers_);
  out(uint64_t{ids.size()});
  for (const TransactionId& id : ids) out(id, transfers_.at(id));
}

void OutcomeMemory::Load(StateReader& in, absl::FunctionRef<bool(const RememberedTransfer&)> fits) {
  const auto count = in.Read<uint64_t>();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint32_t position = orders_.Allocate();
    RememberedOrder& order = orders_[position];
    order = RememberedOrder();
    in(order);
    order.younger = 0;
    by_key_.Insert(Hash(order.account_id, order.client_order_id), position);
    Append(position);
  }
  const auto transfers = in.Read<uint64_t>();
  for (uint64_t i = 0; i < transfers && in.ok(); ++i) {
    const auto id = in.Read<TransactionId>();
    RememberedTransfer& transfer = transfers_[id];
    in(transfer);
    if (!in.Check(fits(transfer))) return;
  }
}

void Engine::Save(StateWriter& out) const {
  out(sequence_, now_, rule_set_, trading_state_, assets_);
  accounts_.Save(out);
  const auto limited = SortedKeys(account_limits_);
  out(uint64_t{limited.size()});
  for (const auto& key : limited) out(key.first, key.second, account_limits_.at(key));
  std::vector<uint32_t> ordinals;  // By position, first of what is remembered, then of orders.
  memory_.Save(out, ordinals);
  SaveOrders(out, ordinals);
  out(uint64_t{markets_.size()});
  for (const auto& market : markets_) SaveMarket(*market, ordinals, out);
  out(uint64_t{pending_.size()});
  for (const auto& [number, id] : pending_) out(number, id);
  out(uint64_t{timers_.size()});
  for (const auto& [at, kind, id] : timers_) out(at, kind, id);
  for (const std::vector<Market*>* list : {&continuing_, &unsettled_}) {
    out(uint64_t{list->size()});
    for (const Market* market : *list) out(market->instrument.id);
  }
}

bool Engine::Load(StateReader& in) {
  CHECK(sequence_ == Sequence());
  in(sequence_, now_, rule_set_, trading_state_, assets_);
  if (!in.Check(rule_set_ <= rules::kNewest)) return false;
  for (const Asset& asset : assets_) {
    if (!in.Check(FindAsset(asset.id) == &asset && asset.scale <= kScaleMax)) return false;
    assets_by_symbol_.emplace(asset.symbol, asset.id);
  }
  accounts_.Load(in, assets_.size());
  const auto limited = in.Read<uint64_t>();
  for (uint64_t i = 0; i < limited && in.ok(); ++i) {
    const auto account = in.Read<AccountIndex>();
    const auto instrument = in.Read<InstrumentId>();
    in(account_limits_[{account, instrument}]);
  }
  uint64_t pending = 0;
  memory_.Load(in, [&](const RememberedTransfer& transfer) {
    if (transfer.state == TransferState::kPending) ++pending;
    return TransferFits(transfer);
  });
  LoadOrders(in);
  const auto markets = in.Read<uint64_t>();
  uint64_t in_markets = 0;
  for (uint64_t i = 0; i < markets && in.ok(); ++i) {
    LoadMarket(in);
    if (in.ok()) in_markets += static_cast<uint64_t>(markets_.back()->open_orders);
  }
  if (!in.Check(in_markets == orders_.size())) return false;
  LoadPending(in);
  if (!in.Check(pending_.size() == pending)) return false;
  LoadTimers(in);
  for (std::vector<Market*>* list : {&continuing_, &unsettled_}) {
    for (const InstrumentId id : in.Read<std::vector<InstrumentId>>()) {
      Market* market = MutableMarket(id);
      if (in.Check(market != nullptr)) list->push_back(market);
    }
  }
  return in.AtEnd();
}

void Engine::LoadPending(StateReader& in) {
  const auto count = in.Read<uint64_t>();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const auto number = in.Read<uint64_t>();
    const auto id = in.Read<TransactionId>();
    const RememberedTransfer* transfer = memory_.FindTransfer(id);
    const bool fits = transfer != nullptr && transfer->state == TransferState::kPending &&
                      transfer->pending_number() == number;
    if (!in.Check(fits) || !in.Check(pending_.emplace(number, id).second)) return;
    ++pending_of_account_[transfer->debit_account_id];
  }
}

void Engine::SaveOrders(StateWriter& out, std::vector<uint32_t>& ordinals) const {
  const std::vector<uint32_t> memories = std::exchange(ordinals, {});
  out(orders_.size());
  uint32_t ordinal = 0;
  for (AccountIndex owner = 0; owner < accounts_.user_count(); ++owner) {
    for (OrderIndex i = accounts_.User(owner).first_order; i != kNoOrder;
         i = orders_[i].account_next) {
      if (i >= ordinals.size()) ordinals.resize(i + 1);
      ordinals[i] = ++ordinal;
      const SpecialTerms* special = orders_.special(i);
      out(orders_.IdOf(i), owner, orders_.resting(i).displayed, special != nullptr);
      if (special != nullptr) out(*special);
      Order order = orders_[i];
      order.memory = order.memory == 0 ? 0 : memories[order.memory];
      order.account_previous = order.account_next = kNoOrder;  // Say where, not what.
      order.special = 0;
      order.is_linked = false;
      out(order);
    }
  }
}

void Engine::LoadOrders(StateReader& in) {
  const auto count = in.Read<uint64_t>();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const auto id = in.Read<OrderId>();
    const auto owner = in.Read<AccountIndex>();
    if (!in.Check(owner < accounts_.user_count() && orders_.Find(id) == kNoOrder)) return;
    const OrderIndex index = orders_.Allocate(id, owner);
    in(orders_.resting(index).displayed);
    if (in.Read<bool>()) in(orders_.GiveSpecial(index));
    Order& order = orders_[index];
    const uint32_t special = order.special;
    in(order);
    order.special = special;
    if (!in.Check(OrderFits(index))) return;
    orders_.Link(index, accounts_.User(owner));
  }
}

void Engine::SaveMarket(const Market& market, const std::vector<uint32_t>& ordinals,
                        StateWriter& out) const {
  out(market.instrument.definition, market.state, market.last_price, market.mark_price,
      market.anchor, market.anchored_at, market.auction_end, market.uncross, market.is_day_ending,
      market.fired, market.reactions, market.pegs_saw_bid, market.pegs_saw_ask,
      market.must_look_at_pegs, market.tiers, market.calendar, market.transitions,
      uint64_t{market.next_transition}, market.has_followers);
  market.triggers.Save(out);
  out(market.book.order_count());
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (OrderIndex i = market.book.Best(side); i != kNoOrder; i = market.book.After(i)) {
      out(ordinals[i], market.book.PriceOf(i));
    }
  }
  out(uint64_t{market.waiting.size()});
  for (const auto& [id, index] : market.waiting) out(ordinals[index]);
}

void Engine::LoadMarket(StateReader& in) {
  const auto definition = in.Read<CreateInstrument>();
  const Asset* base = FindAsset(definition.base);
  const Asset* quote = FindAsset(definition.quote);
  if (!in.Check(base != nullptr && quote != nullptr)) return;
  std::optional<Instrument> instrument = MakeInstrument(definition, *base, *quote);
  if (!in.Check(instrument.has_value())) return;
  instrument->id = InstrumentId(static_cast<uint32_t>(markets_.size() + 1));
  instruments_by_symbol_.emplace(definition.symbol, instrument->id);
  markets_.push_back(std::make_unique<Market>(*instrument, orders_.resting()));
  Market& market = *markets_.back();
  uint64_t next_transition = 0;
  in(market.state, market.last_price, market.mark_price, market.anchor, market.anchored_at,
     market.auction_end, market.uncross, market.is_day_ending, market.fired, market.reactions,
     market.pegs_saw_bid, market.pegs_saw_ask, market.must_look_at_pegs, market.tiers,
     market.calendar, market.transitions, next_transition, market.has_followers);
  in.Check(next_transition <= market.transitions.size());
  market.next_transition = next_transition;
  market.triggers.Load(in);
  LoadBook(market, in);
}

void Engine::LoadBook(Market& market, StateReader& in) {
  // An order of this market that is in no book yet; kNoOrder: there is none of that name.
  const auto read_order = [&](bool waits) {
    const auto index = in.Read<OrderIndex>();
    if (!in.Check(index != kNoOrder && index <= orders_.size())) return kNoOrder;
    const bool is_free = orders_[index].instrument_id == market.instrument.id &&
                         orders_.resting(index).level == kNoLevel &&
                         !market.waiting.contains(orders_.IdOf(index));
    const bool fits = is_free && (orders_[index].waiting != Waiting::kNothing) == waits;
    if (!in.Check(fits)) return kNoOrder;
    ++market.open_orders;
    if (orders_[index].type == OrderType::kPegged) {
      market.pegged.emplace(orders_.IdOf(index), index);
    }
    return index;
  };
  const auto resting = in.Read<uint64_t>();
  for (uint64_t i = 0; i < resting && in.ok(); ++i) {
    const OrderIndex index = read_order(false);
    const auto price = in.Read<Price>();
    const bool fits = index != kNoOrder && Price(1) <= price && price <= limits::kPriceMax &&
                      orders_.resting(index).displayed > Quantity(0);
    if (!in.Check(fits)) return;
    market.book.Add(index, orders_[index].side, price);
  }
  const auto waiting = in.Read<uint64_t>();
  uint64_t taken = 0;
  for (uint64_t i = 0; i < waiting && in.ok(); ++i) {
    const OrderIndex index = read_order(true);
    if (index == kNoOrder) return;
    const OrderId id = orders_.IdOf(index);
    market.waiting.emplace(id, index);
    if (orders_[index].waiting != Waiting::kTrigger) continue;
    const bool is_taken = market.triggers.HasTaken(id);
    if (is_taken) ++taken;
    const bool has_fired =
        is_taken || std::find(market.fired.begin(), market.fired.end(), id) != market.fired.end();
    if (!has_fired) market.triggers.Add(index, orders_);
  }
  in.Check(taken == market.triggers.taken_count() && ConsequencesFit(market));
}

bool Engine::OrderFits(OrderIndex index) const {
  const Order& order = orders_[index];
  if (order.memory > memory_.order_count()) return false;
  const SpecialTerms* special = orders_.special(index);
  if (special == nullptr) {
    return !HasTrigger(order.type) && order.type != OrderType::kPegged &&
           order.waiting == Waiting::kNothing;
  }
  return !HasTrigger(order.type) || special->terms.trigger_source != TriggerSource::kNone;
}

// Those it names may be over.
bool Engine::ConsequencesFit(const Market& market) const {
  const auto is_special = [&](OrderIndex index) {
    return orders_[index].instrument_id == market.instrument.id &&
           orders_.special(index) != nullptr;
  };
  for (const OrderId id : market.fired) {
    const OrderIndex index = orders_.Find(id);
    if (index != kNoOrder && !is_special(index)) return false;
  }
  for (const Reaction& reaction : market.reactions) {
    const OrderIndex index = orders_.Find(reaction.order_id);
    if (index != kNoOrder && !is_special(index)) return false;
  }
  return true;
}

bool Engine::TransferFits(const RememberedTransfer& transfer) const {
  if (transfer.state == TransferState::kRefused) return true;
  return IsKnown(transfer.kind.value) && accounts_.Find(transfer.debit_account_id) != nullptr &&
         accounts_.Find(transfer.credit_account_id) != nullptr &&
         FindAsset(transfer.asset_id) != nullptr;
}

void Engine::LoadTimers(StateReader& in) {
  const auto count = in.Read<uint64_t>();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const auto at = in.Read<Timestamp>();
    const auto kind = in.Read<TimerKind>();
    const Timer timer(at, kind, in.Read<uint64_t>());
    if (in.Check(TimerFits(timer))) timers_.insert(timer);
  }
}

// What it is of is there and waits for just this time.
bool Engine::TimerFits(const Timer& timer) const {
  const auto [at, kind, id] = timer;
  switch (kind) {
    case TimerKind::kTransition: {
      const Market* market = FindMarket(InstrumentId(static_cast<uint32_t>(id)));
      return market != nullptr && market->next_transition < market->transitions.size() &&
             market->transitions[market->next_transition].at == at;
    }
    case TimerKind::kAuctionEnd: {
      const Market* market = FindMarket(InstrumentId(static_cast<uint32_t>(id)));
      return market != nullptr && market->auction_end == at;
    }
    case TimerKind::kOrder: {
      const OrderIndex index = orders_.Find(OrderId(id));
      return index != kNoOrder && orders_.special(index) != nullptr &&
             orders_.special(index)->expires == at;
    }
    case TimerKind::kCancelAll: {
      const Account* account = accounts_.FindUser(AccountId(id));
      return account != nullptr && account->rules != nullptr && account->rules->cancel_all_at == at;
    }
    case TimerKind::kPending:
      return pending_.contains(id);
  }
  return false;
}

}  // namespace rialto::engine
