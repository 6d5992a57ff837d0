#include "engine/sim/naive_engine.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/decimal.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

int64_t ToAmount(Wide amount) {
  CHECK(amount >= 0 && amount <= kAmountMax);
  return static_cast<int64_t>(amount);
}

}  // namespace

NaiveEngine::NaiveEngine() = default;

Outcome NaiveEngine::Apply(const CommandHeader& header, const Command& command, Events& events) {
  sequence_ = header.sequence;
  touched_.clear();
  const Outcome outcome =
      std::visit([&](const auto& question) { return Decide(question, events); }, command);
  for (const auto& [account_id, asset_id] : touched_) {
    const Balance& balance = balances_[{account_id, asset_id}];
    events.push_back(
        BalanceChanged{account_id, asset_id, Amount(balance.available), Amount(balance.held)});
  }
  return outcome;
}

// --- Definitions ---

Outcome NaiveEngine::Decide(const CreateAsset& command, Events& events) {
  for (uint32_t i = 0; i < assets_.size(); ++i) {
    if (assets_[i].symbol != command.symbol) continue;
    if (assets_[i].scale != command.scale) return Refused({RejectReason::kNameTaken});
    return Outcome{.sequence = sequence_, .repeated = true, .created_id = i + 1};
  }
  if (command.scale > kScaleMax) {
    return Refused({RejectReason::kInvalidDefinition, kScaleMax, command.scale});
  }
  if (assets_.size() >= limits::kAssetsMax) {
    return Refused({RejectReason::kVenueFull, limits::kAssetsMax, limits::kAssetsMax});
  }
  assets_.push_back({command.symbol, command.scale});
  const AssetId id(static_cast<uint32_t>(assets_.size()));
  events.push_back(AssetCreated{id, command.symbol, command.scale});
  return Outcome{.sequence = sequence_, .created_id = id.value()};
}

Outcome NaiveEngine::Decide(const CreateInstrument& command, Events& events) {
  bool name_taken = false;
  for (uint32_t i = 0; i < instruments_.size(); ++i) {
    if (instruments_[i].definition == command) {
      return Outcome{.sequence = sequence_, .repeated = true, .created_id = i + 1};
    }
    if (instruments_[i].definition.symbol == command.symbol) name_taken = true;
  }
  for (const AssetId id : {command.base, command.quote}) {
    if (id.value() < 1 || id.value() > assets_.size()) {
      return Refused({RejectReason::kUnknownAsset, 0, id.value()});
    }
  }
  if (name_taken) return Refused({RejectReason::kNameTaken});
  const auto instrument = MakeNaiveInstrument(command, assets_[command.base.value() - 1].scale,
                                              assets_[command.quote.value() - 1].scale);
  if (!instrument) return Refused({RejectReason::kInvalidDefinition});
  if (instruments_.size() >= limits::kInstrumentsMax) {
    return Refused({RejectReason::kVenueFull, limits::kInstrumentsMax, limits::kInstrumentsMax});
  }
  instruments_.push_back(*instrument);
  const InstrumentId id(static_cast<uint32_t>(instruments_.size()));
  events.push_back(InstrumentCreated{id, command});
  return Outcome{.sequence = sequence_, .created_id = id.value()};
}

Outcome NaiveEngine::Decide(const OpenAccount& command, Events& events) {
  const auto found = accounts_.find(command.name);
  if (found != accounts_.end()) {
    return Outcome{.sequence = sequence_, .repeated = true, .created_id = found->second.value()};
  }
  if (accounts_.size() >= limits::kAccountsMax) {
    return Refused({RejectReason::kVenueFull, limits::kAccountsMax, limits::kAccountsMax});
  }
  const AccountId id(kFirstUserAccount.value() + accounts_.size());
  accounts_[command.name] = id;
  events.push_back(AccountOpened{id, command.name});
  return Outcome{.sequence = sequence_, .created_id = id.value()};
}

Outcome NaiveEngine::Decide(const SetAccountLimits& command, Events& events) {
  if (!IsUser(command.account_id)) return Refused({RejectReason::kUnknownAccount});
  if (Find(command.instrument_id) == nullptr) return Refused({RejectReason::kUnknownInstrument});
  if (command.order_quantity_max < Quantity(0) || command.order_notional_max < Amount(0)) {
    return Refused({RejectReason::kInvalidDefinition});
  }
  limits_[{command.account_id, command.instrument_id}] = {command.order_quantity_max.value(),
                                                          command.order_notional_max.value()};
  events.push_back(AccountLimitsSet{command.account_id, command.instrument_id,
                                    command.order_quantity_max, command.order_notional_max});
  return Outcome{.sequence = sequence_};
}

// --- Transfers ---

Outcome NaiveEngine::Decide(const Deposit& command, Events& events) {
  return DecideTransfer(
      {command.transaction_id, true, command.account_id, command.asset_id, command.amount}, events);
}

Outcome NaiveEngine::Decide(const Withdraw& command, Events& events) {
  return DecideTransfer(
      {command.transaction_id, false, command.account_id, command.asset_id, command.amount},
      events);
}

NaiveEngine::Refusal NaiveEngine::CheckTransfer(const Transfer& transfer) const {
  if (!IsUser(transfer.account_id)) return {RejectReason::kUnknownAccount};
  const uint32_t asset = transfer.asset_id.value();
  if (asset < 1 || asset > assets_.size()) return {RejectReason::kUnknownAsset};
  const int64_t amount = transfer.amount.value();
  if (amount < 1) return {RejectReason::kInvalidOrder, 1, amount};
  if (transfer.is_deposit) {
    const int64_t owned = -BalanceOf(kExternal, transfer.asset_id).available;
    const int64_t room = limits::kSupplyMax.value() - owned;
    if (amount > room) return {RejectReason::kAmountOverflow, amount, room};
    return {};
  }
  const int64_t available = BalanceOf(transfer.account_id, transfer.asset_id).available;
  if (amount > available) return {RejectReason::kInsufficientFunds, amount, available};
  return {};
}

Outcome NaiveEngine::DecideTransfer(const Transfer& transfer, Events& events) {
  const auto first = decided_transfers_.find(transfer.transaction_id);
  const bool is_repeat = first != decided_transfers_.end();
  if (is_repeat && first->second.first.Content() == transfer.Content()) {
    Outcome outcome = first->second.second;
    outcome.repeated = true;
    return outcome;
  }
  const Refusal refusal =
      is_repeat ? Refusal{RejectReason::kTransactionIdReused} : CheckTransfer(transfer);
  const auto& [id, is_deposit, account_id, asset_id, amount] = transfer;
  Outcome outcome = Refused(refusal);
  if (refusal.reason != RejectReason::kNone) {
    events.push_back(TransferRejected{id, account_id, asset_id, amount, refusal.reason,
                                      refusal.need, refusal.have});
  } else if (is_deposit) {
    events.push_back(Deposited{id, account_id, asset_id, amount});
    Move({kExternal, asset_id}, {account_id, asset_id}, amount.value());
  } else {
    events.push_back(Withdrawn{id, account_id, asset_id, amount});
    Move({account_id, asset_id}, {kExternal, asset_id}, amount.value());
  }
  if (outcome.accepted()) {
    outcome.available = Amount(BalanceOf(account_id, asset_id).available);
    outcome.held = Amount(BalanceOf(account_id, asset_id).held);
  }
  if (!is_repeat) decided_transfers_[id] = {transfer, outcome};
  return outcome;
}

// --- Cancel and amend ---

Outcome NaiveEngine::Decide(const CancelOrder& command, Events& events) {
  if (!IsUser(command.order.account_id)) {
    return RefuseOrder(command.order, {RejectReason::kUnknownAccount}, events);
  }
  const OrderId id = FindOpen(command.order);
  if (id == OrderId(0)) {
    return RefuseOrder(command.order, {RejectReason::kUnknownOrder}, events);
  }
  return Cancel(orders_.at(id), CancelReason::kRequested, events);
}

Outcome NaiveEngine::Decide(const AmendOrder& command, Events& events) {
  if (!IsUser(command.order.account_id)) {
    return RefuseOrder(command.order, {RejectReason::kUnknownAccount}, events);
  }
  const OrderId id = FindOpen(command.order);
  if (id == OrderId(0)) {
    return RefuseOrder(command.order, {RejectReason::kUnknownOrder}, events);
  }
  Order& order = orders_.at(id);
  const int64_t total = order.placed.quantity.value();
  const int64_t wanted = command.quantity.value();
  if (wanted < 1) {
    return RefuseOrder(command.order, {RejectReason::kQuantityBelowMinimum, 1, wanted}, events);
  }
  if (wanted > total) {
    return RefuseOrder(command.order, {RejectReason::kQuantityNotReduced, total, wanted}, events);
  }
  if (wanted == total) return OutcomeOf(order, OrderStatus::kOpen, CancelReason::kNone);
  const int64_t executed = total - order.remaining;
  if (wanted <= executed) return Cancel(order, CancelReason::kAmended, events);

  order.placed.quantity = command.quantity;
  order.remaining = wanted - executed;
  events.push_back(OrderReduced{order.id, order.placed.account_id, order.placed.instrument_id,
                                order.placed.side, order.placed.price, Quantity(total - wanted),
                                Quantity(order.remaining)});
  const NaiveInstrument& instrument = *Find(order.placed.instrument_id);
  const Wide need = order.placed.side == Side::kBuy
                        ? instrument.Need(order.placed.price.value(), order.remaining)
                        : instrument.BaseAmount(order.remaining);
  Release(order, order.hold - ToAmount(need));
  return OutcomeOf(order, OrderStatus::kOpen, CancelReason::kNone);
}

Outcome NaiveEngine::Cancel(Order& order, CancelReason reason, Events& events) {
  const PlaceOrder& placed = order.placed;
  events.push_back(OrderCanceled{order.id, placed.account_id, placed.instrument_id, placed.side,
                                 placed.price, Quantity(order.remaining), reason, true});
  Release(order, order.hold);
  const Outcome outcome = OutcomeOf(order, OrderStatus::kCanceled, reason);
  Leave(order);
  return outcome;
}

// --- Answers ---

Outcome NaiveEngine::Refused(const Refusal& refusal) const {
  return Outcome{
      .sequence = sequence_, .reason = refusal.reason, .need = refusal.need, .have = refusal.have};
}

Outcome NaiveEngine::RefuseOrder(const OrderReference& reference, const Refusal& refusal,
                                 Events& events) {
  Outcome outcome = Refused(refusal);
  OrderRejected event{.account_id = reference.account_id,
                      .client_order_id = reference.client_order_id,
                      .order_id = reference.order_id,
                      .reason = refusal.reason,
                      .need = refusal.need,
                      .have = refusal.have};
  const OrderId found = IsUser(reference.account_id) ? FindOpen(reference) : OrderId(0);
  if (found != OrderId(0)) {
    const Order& order = orders_.at(found);
    event.instrument_id = order.placed.instrument_id;
    outcome.order_id = found;
    outcome.instrument_id = order.placed.instrument_id;
    outcome.side = order.placed.side;
  }
  events.push_back(event);
  return outcome;
}

Outcome NaiveEngine::OutcomeOf(const Order& order, OrderStatus status, CancelReason reason) const {
  return Outcome{.sequence = sequence_,
                 .order_id = order.id,
                 .instrument_id = order.placed.instrument_id,
                 .side = order.placed.side,
                 .status = status,
                 .cancel_reason = reason,
                 .executed = Quantity(order.placed.quantity.value() - order.remaining),
                 .executed_quote = Amount(ToAmount(std::min(order.executed_quote, kAmountMax))),
                 .remaining = Quantity(status == OrderStatus::kOpen ? order.remaining : 0)};
}

// --- State ---

bool NaiveEngine::IsUser(AccountId id) const {
  return id >= kFirstUserAccount && id.value() - kFirstUserAccount.value() < accounts_.size();
}

const NaiveInstrument* NaiveEngine::Find(InstrumentId id) const {
  if (id.value() < 1 || id.value() > instruments_.size()) return nullptr;
  return &instruments_[id.value() - 1];
}

OrderId NaiveEngine::FindOpen(const OrderReference& reference) const {
  if (reference.order_id != OrderId(0)) {
    const auto found = orders_.find(reference.order_id);
    if (found == orders_.end()) return OrderId(0);
    const bool is_owner = found->second.placed.account_id == reference.account_id;
    return is_owner ? reference.order_id : OrderId(0);
  }
  const auto found = open_by_client_id_.find({reference.account_id, reference.client_order_id});
  return found == open_by_client_id_.end() ? OrderId(0) : found->second;
}

int64_t NaiveEngine::CountOpen(AccountId id) const {
  const auto found = open_counts_.find(id);
  return found == open_counts_.end() ? 0 : found->second;
}

NaiveEngine::Balance NaiveEngine::BalanceOf(AccountId account_id, AssetId asset_id) const {
  const auto found = balances_.find({account_id, asset_id});
  return found == balances_.end() ? Balance{} : found->second;
}

std::vector<NaiveEngine::Level> NaiveEngine::Levels(InstrumentId instrument_id, Side side) const {
  std::vector<Level> levels;
  const auto found = queues_.find({instrument_id, side});
  if (found == queues_.end()) return levels;
  for (const auto& [rank, id] : found->second) {
    const Order& order = orders_.at(id);
    if (levels.empty() || levels.back().price != order.placed.price) {
      levels.push_back({order.placed.price, 0});
    }
    levels.back().lots += order.remaining;
  }
  return levels;
}

Wide NaiveEngine::Total(AssetId asset_id) const {
  Wide total = 0;
  for (const auto& [key, balance] : balances_) {
    if (key.second == asset_id) total += Wide{balance.available} + balance.held;
  }
  return total;
}

int64_t& NaiveEngine::Use(const Pocket& pocket) {
  const std::pair key(pocket.account_id, pocket.asset_id);
  if (std::find(touched_.begin(), touched_.end(), key) == touched_.end()) touched_.push_back(key);
  Balance& balance = balances_[key];
  return pocket.part == Pocket::kAvailable ? balance.available : balance.held;
}

void NaiveEngine::Move(const Pocket& from, const Pocket& to, Wide amount) {
  CHECK(amount >= 0);
  if (amount == 0) return;
  int64_t& source = Use(from);
  source -= ToAmount(amount);
  CHECK(source >= 0 || from.account_id == kExternal);
  Use(to) += ToAmount(amount);
}

}  // namespace rialto::engine
