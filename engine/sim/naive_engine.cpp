#include "engine/sim/naive_engine.h"

#include <algorithm>

#include "common/base/check.h"
#include "engine/core/accounts.h"

namespace rialto::engine {

NaiveEngine::NaiveEngine() = default;

// --- The course of a command ---

Outcome NaiveEngine::Apply(const CommandHeader& header, const Command& command, Events& events) {
  sequence_ = header.sequence;
  now_ns_ = header.timestamp.value();
  events_ = &events;
  fills_ = 0;
  activations_ = 0;
  uncross_fills_.clear();
  timed_cancels_ = 0;
  subject_ = OrderId(0);
  to_remember_.reset();
  transfer_to_complete_.reset();
  touched_balances_.clear();
  touched_instruments_ = left_over_;
  left_over_.clear();

  RunWhatIsDue();
  Outcome outcome = std::visit([&](const auto& question) { return Decide(question); }, command);
  // Grows while it is walked: what one instrument does may touch another for the first time.
  for (size_t i = 0; i < touched_instruments_.size(); ++i) {
    Settle(touched_instruments_[i]);
    if (HasWorkLeft(MarketOf(touched_instruments_[i])))
      left_over_.push_back(touched_instruments_[i]);
  }
  for (const InstrumentId id : touched_instruments_) ForgetTrades(id);
  for (const auto& [account_id, asset_id] : touched_balances_) {
    const Balance& balance = balances_[{account_id, asset_id}];
    Say(BalanceChanged{account_id, asset_id, Amount(balance.available), Amount(balance.held)});
  }
  CompleteOutcome(outcome);
  for (const OrderId id : over_) orders_.erase(id);
  over_.clear();
  return outcome;
}

void NaiveEngine::CompleteOutcome(Outcome& outcome) {
  if (subject_ != OrderId(0)) {
    const NaiveOrder& order = orders_.at(subject_);
    outcome.status = order.status;
    outcome.cancel_reason = order.reason;
    outcome.executed = Quantity(order.executed);
    outcome.executed_quote =
        Amount(static_cast<int64_t>(std::min(order.executed_quote, kAmountMax)));
    outcome.remaining = Quantity(order.remaining);
    outcome.prevented = Quantity(order.prevented);
  }
  if (transfer_to_complete_) {
    NaiveTransfer& transfer = transfers_.at(*transfer_to_complete_);
    const bool is_deposit = transfer.kind == TransferKind::kDeposit;
    const Balance balance = BalanceOf(
        is_deposit ? transfer.credit_account_id : transfer.debit_account_id, transfer.asset_id);
    outcome.available = Amount(balance.available);
    outcome.held = Amount(balance.held);
    transfer.outcome = outcome;
  }
  if (to_remember_) decided_orders_[to_remember_->first] = {to_remember_->second, outcome};
}

// --- Answers ---

Outcome NaiveEngine::Refused(const Refusal& refusal) const {
  return Outcome{
      .sequence = sequence_, .reason = refusal.reason, .need = refusal.need, .have = refusal.have};
}

Outcome NaiveEngine::About(const NaiveOrder& order) {
  subject_ = order.id;
  return Outcome{.sequence = sequence_,
                 .order_id = order.id,
                 .instrument_id = order.placed.instrument_id,
                 .side = order.placed.side};
}

// --- State ---

bool NaiveEngine::IsUser(AccountId id) const {
  return id >= kFirstUserAccount && id.value() - kFirstUserAccount.value() < accounts_.size();
}

const NaiveMarket* NaiveEngine::Find(InstrumentId id) const {
  if (id.value() < 1 || id.value() > markets_.size()) return nullptr;
  return &MarketOf(id);
}

const SetAccountSettings& NaiveEngine::SettingsOf(AccountId id) const {
  static const SetAccountSettings kNone;
  const auto found = settings_.find(id);
  return found == settings_.end() ? kNone : found->second;
}

OrderId NaiveEngine::FindOpen(const OrderReference& reference) const {
  if (reference.order_id != OrderId(0)) {
    if (!IsOpen(reference.order_id)) return OrderId(0);
    const bool is_owner = orders_.at(reference.order_id).placed.account_id == reference.account_id;
    return is_owner ? reference.order_id : OrderId(0);
  }
  const auto found = open_by_client_id_.find({reference.account_id, reference.client_order_id});
  return found == open_by_client_id_.end() ? OrderId(0) : found->second;
}

bool NaiveEngine::IsOpen(OrderId id) const {
  const auto found = orders_.find(id);
  return found != orders_.end() && found->second.is_open();
}

void NaiveEngine::Touch(InstrumentId id) {
  const auto begin = touched_instruments_.begin();
  const auto end = touched_instruments_.end();
  if (std::find(begin, end, id) == end) touched_instruments_.push_back(id);
}

bool NaiveEngine::HasWorkLeft(const NaiveMarket& market) const {
  if (!market.IsTrading()) return false;
  for (const NaiveMarket::Fired& fired : market.fired) {
    if (IsOpen(fired.order_id)) return true;
  }
  for (const NaiveMarket::Reaction& reaction : market.reactions) {
    if (IsOpen(reaction.order_id)) return true;
  }
  return false;
}

// --- Queries ---

NaiveEngine::Balance NaiveEngine::BalanceOf(AccountId account_id, AssetId asset_id) const {
  const auto found = balances_.find({account_id, asset_id});
  return found == balances_.end() ? Balance{} : found->second;
}

std::vector<NaiveEngine::Level> NaiveEngine::Levels(InstrumentId instrument_id, Side side) const {
  std::vector<Level> levels;
  const NaiveMarket* market = Find(instrument_id);
  if (market == nullptr) return levels;
  for (const auto& [rank, id] : market->queue(side)) {
    const NaiveOrder& order = orders_.at(id);
    if (levels.empty() || levels.back().price != Price(order.book_price)) {
      levels.push_back({Price(order.book_price), 0});
    }
    levels.back().lots += order.displayed;
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

int64_t NaiveEngine::RemainingOf(OrderId id) const {
  return IsOpen(id) ? orders_.at(id).remaining : 0;
}

InstrumentState NaiveEngine::StateOf(InstrumentId id) const { return MarketOf(id).state; }

NaiveEngine::AuctionPrice NaiveEngine::IndicativePrice(InstrumentId id) const {
  return UncrossPrice(MarketOf(id));
}

Timestamp NaiveEngine::NextDue() const {
  for (const NaiveMarket& market : markets_) {
    if (!continuing_.empty() || HasWorkLeft(market)) return Timestamp(1);
  }
  const auto timer = EarliestTimer();
  return Timestamp(timer ? timer->at_ns : 0);
}

}  // namespace rialto::engine
