// How the naive model moves money.
#include <algorithm>

#include "common/base/check.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"
#include "engine/sim/naive_engine.h"

namespace rialto::engine {
namespace {

// A command of its own: Deposit or Withdraw.
bool IsOutside(const Transfer& transfer) {
  return transfer.kind == TransferKind::kDeposit || transfer.kind == TransferKind::kWithdraw;
}

}  // namespace

Outcome NaiveEngine::Decide(const Deposit& command) {
  return DecideTransfers({{.transaction_id = command.transaction_id,
                           .kind = TransferKind::kDeposit,
                           .debit_account_id = kExternal,
                           .credit_account_id = command.account_id,
                           .asset_id = command.asset_id,
                           .amount = command.amount}});
}

Outcome NaiveEngine::Decide(const Withdraw& command) {
  return DecideTransfers({{.transaction_id = command.transaction_id,
                           .kind = TransferKind::kWithdraw,
                           .debit_account_id = command.account_id,
                           .credit_account_id = kExternal,
                           .asset_id = command.asset_id,
                           .amount = command.amount}});
}

Outcome NaiveEngine::Decide(const MakeTransfers& command) {
  const auto count = static_cast<int64_t>(command.transfers.size());
  if (count == 0) return Refused({RejectReason::kInvalidTransfer, 1, 0});
  if (count > limits::kTransfersPerCommandMax) {
    return Refused({RejectReason::kInvalidTransfer, limits::kTransfersPerCommandMax, count});
  }
  for (const Transfer& transfer : command.transfers) {
    if (IsOutside(transfer)) return Refused({RejectReason::kInvalidTransfer});
  }
  return DecideTransfers(command.transfers);
}

// Makes one after the other; when one is refused, everything is as it was before.
Outcome NaiveEngine::DecideTransfers(const std::vector<Transfer>& transfers) {
  const auto first = transfers_.find(transfers[0].transaction_id);
  if (first != transfers_.end() && first->second.command == transfers) {
    Outcome outcome = first->second.outcome;
    outcome.repeated = true;
    return outcome;
  }
  const auto balances = balances_;
  const auto touched = touched_balances_;
  // One alone has done nothing when it is refused.
  const bool may_undo = transfers.size() > 1;
  const auto pending = may_undo ? pending_ : decltype(pending_)();
  const Events events = *events_;
  std::map<TransactionId, NaiveTransfer> known;
  for (const Transfer& transfer : transfers) {
    for (const TransactionId& id : {transfer.transaction_id, transfer.target}) {
      if (transfers_.count(id) != 0) known[id] = transfers_[id];
    }
  }
  Refusal refusal;
  size_t refused = 0;
  for (size_t i = 0; i < transfers.size() && !refusal.applies(); ++i) {
    const auto& id = transfers[i].transaction_id;
    refusal = transfers_.count(id) != 0 ? Refusal{RejectReason::kTransactionIdReused}
                                        : TryTransfer(transfers[i]);
    if (refusal.applies()) refused = i + 1;
  }
  Outcome outcome = Refused(refusal);
  if (refusal.applies()) {
    const AssetId asset_id = transfers[refused - 1].asset_id;
    const AssetId target_asset_id = AssetOfTarget(transfers[refused - 1], refusal);
    balances_ = balances;
    touched_balances_ = touched;
    if (may_undo) pending_ = pending;
    *events_ = events;
    for (const Transfer& transfer : transfers) transfers_.erase(transfer.transaction_id);
    for (const auto& [id, transfer] : known) transfers_[id] = transfer;
    if (!IsOutside(transfers[0])) {
      outcome.transfer.refused = static_cast<uint32_t>(refused);
      outcome.transfer.asset_id = target_asset_id == AssetId() ? asset_id : target_asset_id;
    }
    SayRefused(transfers, refused - 1, refusal);
  } else if (!IsOutside(transfers[0])) {
    const NaiveTransfer& made = transfers_.at(transfers[0].transaction_id);
    outcome.transfer = {made.amount, made.debit_account_id, 0, made.asset_id};
    outcome.due_ns = made.expires.value();
  }
  for (const Transfer& transfer : transfers) {
    // In what was refused nothing is known of those that were new.
    NaiveTransfer& remembered = transfers_[transfer.transaction_id];
    if (!remembered.command.empty()) continue;
    remembered.command = transfers;
    remembered.outcome = outcome;
  }
  if (!refusal.applies() && transfers.size() == 1) {
    transfer_to_complete_ = transfers[0].transaction_id;
  }
  return outcome;
}

void NaiveEngine::SayRefused(const std::vector<Transfer>& transfers, size_t refused,
                             const Refusal& refusal) {
  for (size_t i = 0; i < transfers.size(); ++i) {
    const Transfer& t = transfers[i];
    const bool is_deposit = t.kind == TransferKind::kDeposit;
    const Refusal own = i == refused ? refusal : Refusal{RejectReason::kLinkedFailed};
    Say(TransferRejected{t.transaction_id, is_deposit ? t.credit_account_id : t.debit_account_id,
                         t.asset_id, t.amount, own.reason, own.need, own.have});
  }
}

// Which asset a refusal is about that names none itself: known only once its target was looked at.
AssetId NaiveEngine::AssetOfTarget(const Transfer& transfer, const Refusal& refusal) const {
  const bool is_looked_at = refusal.reason == RejectReason::kPendingAmountExceeded ||
                            refusal.reason == RejectReason::kAmountOverflow ||
                            refusal.reason == RejectReason::kInsufficientFunds;
  if (transfer.target.empty() || !is_looked_at) return AssetId();
  return transfers_.at(transfer.target).asset_id;
}

NaiveEngine::Refusal NaiveEngine::TryTransfer(const Transfer& transfer) {
  switch (transfer.kind) {
    case TransferKind::kDeposit:
    case TransferKind::kWithdraw:
    case TransferKind::kSingle:
    case TransferKind::kPending:
      return TryMove(transfer);
    case TransferKind::kPost:
    case TransferKind::kVoid:
      return TryResolve(transfer);
    case TransferKind::kReverse:
      return TryReverse(transfer);
  }
  return {RejectReason::kInvalidTransfer};
}

NaiveEngine::Refusal NaiveEngine::CheckMove(const Transfer& t) const {
  const bool is_outside = IsOutside(t);
  for (const AccountId id : {t.debit_account_id, t.credit_account_id}) {
    const bool is_house = id >= kExternal && id <= kInTransit;
    const bool is_known = is_outside ? IsUser(t.debit_account_id) || IsUser(t.credit_account_id)
                                     : is_house || IsUser(id);
    if (!is_known) {
      return {RejectReason::kUnknownAccount, 0, is_outside ? 0 : static_cast<int64_t>(id.value())};
    }
  }
  const uint32_t asset = t.asset_id.value();
  if (asset < 1 || asset > assets_.size()) {
    return {RejectReason::kUnknownAsset, 0, is_outside ? 0 : int64_t{asset}};
  }
  const auto invalid = is_outside ? RejectReason::kInvalidOrder : RejectReason::kInvalidTransfer;
  const bool is_pending = t.kind == TransferKind::kPending;
  if (t.debit_account_id == t.credit_account_id) return {invalid};
  if (!t.target.empty()) return {invalid};
  if (t.timeout_ns < 0 || t.timeout_ns > limits::kTransferTimeoutNsMax) return {invalid};
  if (t.timeout_ns != 0 && !is_pending) return {invalid};
  if (is_pending && t.debit_account_id == kExternal) return {invalid};
  if (t.amount.value() < 1) return {invalid, 1, t.amount.value()};
  if (!is_pending) return {};
  int64_t pending = 0;
  for (const auto& [age, other] : pending_) {
    if (other.debit_account_id == t.debit_account_id) ++pending;
  }
  if (pending < limits::kPendingTransfersPerAccountMax) return {};
  return {RejectReason::kTooManyPendingTransfers, limits::kPendingTransfersPerAccountMax, pending};
}

NaiveEngine::Refusal NaiveEngine::CheckFunds(AccountId account_id, AssetId asset_id,
                                             int64_t amount) const {
  const int64_t available = BalanceOf(account_id, asset_id).available;
  if (account_id == kExternal) {
    const int64_t room = limits::kSupplyMax.value() + available;
    if (amount > room) return {RejectReason::kAmountOverflow, amount, room};
    return {};
  }
  if (amount > available) return {RejectReason::kInsufficientFunds, amount, available};
  return {};
}

NaiveEngine::Refusal NaiveEngine::TryMove(const Transfer& t) {
  Refusal refusal = CheckMove(t);
  if (!refusal.applies()) refusal = CheckFunds(t.debit_account_id, t.asset_id, t.amount.value());
  if (refusal.applies()) return refusal;
  NaiveTransfer& made = transfers_[t.transaction_id];
  made.kind = t.kind;
  made.state = TransferState::kDone;
  made.debit_account_id = t.debit_account_id;
  made.credit_account_id = t.credit_account_id;
  made.asset_id = t.asset_id;
  made.amount = t.amount;
  const Pocket debit{t.debit_account_id, t.asset_id};
  if (t.kind == TransferKind::kPending) {
    made.state = TransferState::kPending;
    made.age = ++pendings_made_;
    if (t.timeout_ns != 0) made.expires = Timestamp(now_ns_ + t.timeout_ns);
    pending_[made.age] = {t.transaction_id, t.debit_account_id, made.expires.value()};
    Move(debit, {t.debit_account_id, t.asset_id, Pocket::kHeld}, t.amount.value());
    Say(TransferPending{t.transaction_id, t.debit_account_id, t.credit_account_id, t.asset_id,
                        t.amount, made.expires, t.reference});
    return {};
  }
  Move(debit, {t.credit_account_id, t.asset_id}, t.amount.value());
  if (t.kind == TransferKind::kDeposit) {
    Say(Deposited{t.transaction_id, t.credit_account_id, t.asset_id, t.amount});
  } else if (t.kind == TransferKind::kWithdraw) {
    Say(Withdrawn{t.transaction_id, t.debit_account_id, t.asset_id, t.amount});
  } else {
    Say(Transferred{t.transaction_id, t.debit_account_id, t.credit_account_id, t.asset_id, t.amount,
                    TransactionId(), t.reference});
  }
  return {};
}

NaiveEngine::Refusal NaiveEngine::TryResolve(const Transfer& t) {
  const auto found = transfers_.find(t.target);
  if (found == transfers_.end()) return {RejectReason::kUnknownTransfer};
  NaiveTransfer& pending = found->second;
  switch (pending.state) {
    case TransferState::kRefused:
      return {RejectReason::kUnknownTransfer};
    case TransferState::kDone:
      return {RejectReason::kNotPending};
    case TransferState::kPosted:
      return {RejectReason::kPendingAlreadyPosted};
    case TransferState::kVoided:
      return {RejectReason::kPendingAlreadyVoided};
    case TransferState::kExpired:
      return {RejectReason::kPendingExpired};
    case TransferState::kPending:
      break;
  }
  const bool is_post = t.kind == TransferKind::kPost;
  const Refusal invalid{RejectReason::kInvalidTransfer};
  if (t.timeout_ns != 0 || t.amount.value() < 0) return invalid;
  const AccountId debit = t.debit_account_id;
  if (debit != AccountId(0) && debit != pending.debit_account_id) return invalid;
  const AccountId credit = t.credit_account_id;
  if (credit != AccountId(0) && credit != pending.credit_account_id) return invalid;
  if (t.asset_id != AssetId(0) && t.asset_id != pending.asset_id) return invalid;
  const bool names_all = t.amount == Amount(0) || t.amount == pending.amount;
  if (!is_post && !names_all) return invalid;
  if (t.amount > pending.amount) {
    return {RejectReason::kPendingAmountExceeded, t.amount.value(), pending.amount.value()};
  }
  const Amount amount = t.amount == Amount(0) ? pending.amount : t.amount;
  EndPending(t.target, is_post ? TransferState::kPosted : TransferState::kVoided,
             is_post ? amount.value() : 0, t);
  NaiveTransfer& made = transfers_[t.transaction_id];
  const NaiveTransfer& target = transfers_.at(t.target);
  made.kind = t.kind;
  made.state = TransferState::kDone;
  made.debit_account_id = target.debit_account_id;
  made.credit_account_id = target.credit_account_id;
  made.asset_id = target.asset_id;
  made.amount = amount;
  return {};
}

NaiveEngine::Refusal NaiveEngine::TryReverse(const Transfer& t) {
  const auto found = transfers_.find(t.target);
  if (found == transfers_.end()) return {RejectReason::kUnknownTransfer};
  const NaiveTransfer target = found->second;
  if (target.state == TransferState::kRefused) return {RejectReason::kUnknownTransfer};
  const bool moved = target.state == TransferState::kDone && target.kind != TransferKind::kVoid;
  if (!moved || target.kind == TransferKind::kReverse) return {RejectReason::kNotReversible};
  if (target.is_reversed) return {RejectReason::kAlreadyReversed};
  const Transfer bare{.transaction_id = t.transaction_id,
                      .kind = t.kind,
                      .target = t.target,
                      .reference = t.reference};
  if (t != bare) return {RejectReason::kInvalidTransfer};
  const Refusal refusal =
      CheckFunds(target.credit_account_id, target.asset_id, target.amount.value());
  if (refusal.applies()) return refusal;
  found->second.is_reversed = true;
  Move({target.credit_account_id, target.asset_id}, {target.debit_account_id, target.asset_id},
       target.amount.value());
  NaiveTransfer& made = transfers_[t.transaction_id];
  made.kind = t.kind;
  made.state = TransferState::kDone;
  made.debit_account_id = target.credit_account_id;
  made.credit_account_id = target.debit_account_id;
  made.asset_id = target.asset_id;
  made.amount = target.amount;
  Say(Transferred{t.transaction_id, made.debit_account_id, made.credit_account_id, made.asset_id,
                  made.amount, t.target, t.reference});
  return {};
}

void NaiveEngine::EndPending(const TransactionId& id, TransferState state, int64_t posted,
                             const Transfer& by) {
  NaiveTransfer& pending = transfers_.at(id);
  const Pocket held{pending.debit_account_id, pending.asset_id, Pocket::kHeld};
  const int64_t released = pending.amount.value() - posted;
  Move(held, {pending.credit_account_id, pending.asset_id}, posted);
  Move(held, {pending.debit_account_id, pending.asset_id}, released);
  pending.state = state;
  pending_.erase(pending.age);
  Say(PendingResolved{by.transaction_id, id, state, pending.debit_account_id,
                      pending.credit_account_id, pending.asset_id, Amount(posted), Amount(released),
                      by.reference});
}

// --- Balances and holds ---

int64_t& NaiveEngine::Use(const Pocket& pocket) {
  const std::pair key(pocket.account_id, pocket.asset_id);
  const auto end = touched_balances_.end();
  if (std::find(touched_balances_.begin(), end, key) == end) touched_balances_.push_back(key);
  Balance& balance = balances_[key];
  return pocket.part == Pocket::kAvailable ? balance.available : balance.held;
}

void NaiveEngine::Move(const Pocket& from, const Pocket& to, Wide amount) {
  CHECK(amount >= 0 && amount <= kAmountMax);
  if (amount == 0) return;
  int64_t& source = Use(from);
  source -= static_cast<int64_t>(amount);
  CHECK(source >= 0 || from.account_id == kExternal);
  Use(to) += static_cast<int64_t>(amount);
}

AssetId NaiveEngine::HoldAsset(const PlaceOrder& order) const {
  const CreateInstrument& definition = MarketOf(order.instrument_id).definition();
  return IsBuy(order) ? definition.quote : definition.base;
}

void NaiveEngine::Hold(NaiveOrder& order, int64_t amount) {
  const AccountId account_id = order.placed.account_id;
  const AssetId asset_id = HoldAsset(order.placed);
  Move({account_id, asset_id, Pocket::kAvailable}, {account_id, asset_id, Pocket::kHeld}, amount);
  order.hold += amount;
}

void NaiveEngine::Release(NaiveOrder& order, int64_t amount) {
  const AccountId account_id = order.placed.account_id;
  const AssetId asset_id = HoldAsset(order.placed);
  Move({account_id, asset_id, Pocket::kHeld}, {account_id, asset_id, Pocket::kAvailable}, amount);
  order.hold -= amount;
}

Wide NaiveEngine::NeedOf(const NaiveOrder& order, int64_t lots) const {
  const NaiveInstrument& instrument = MarketOf(order).instrument;
  if (!IsBuy(order.placed)) return instrument.BaseAmount(lots);
  return instrument.Need(order.limit.value(), lots, order.fee_ppm_max());
}

void NaiveEngine::ReleaseUnneeded(NaiveOrder& order) {
  const Wide need = NeedOf(order, order.remaining);
  if (order.hold > need) Release(order, order.hold - static_cast<int64_t>(need));
}

}  // namespace rialto::engine
