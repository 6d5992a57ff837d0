#include "engine/core/transfer_draft.h"

#include <algorithm>

namespace rialto::engine {

Engine::Refusal Engine::TransferDraft::Add(const Transfer& transfer) {
  const bool is_used = engine_.memory_.FindTransfer(transfer.transaction_id) != nullptr ||
                       std::any_of(made_.begin(), made_.end(), [&](const Named& named) {
                         return named.id == transfer.transaction_id;
                       });
  last_asset_id_ = transfer.asset_id;
  if (is_used) return {RejectReason::kTransactionIdReused};

  RememberedTransfer made;
  made.kind = {transfer.kind};
  made.debit_account_id = transfer.debit_account_id;
  made.credit_account_id = transfer.credit_account_id;
  made.asset_id = transfer.asset_id;
  made.amount = transfer.amount;
  Refusal refusal{RejectReason::kInvalidTransfer};
  switch (transfer.kind) {
    case TransferKind::kDeposit:
    case TransferKind::kWithdraw:
      refusal = CheckOutside(transfer);
      break;
    case TransferKind::kSingle:
    case TransferKind::kPending:
      refusal = CheckMove(transfer);
      break;
    case TransferKind::kPost:
    case TransferKind::kVoid:
      refusal = CheckResolve(transfer, made);
      break;
    case TransferKind::kReverse:
      refusal = CheckReverse(transfer, made);
      break;
  }
  last_asset_id_ = made.asset_id;
  if (!refusal) refusal = CheckFunds(made);
  if (!refusal) Count(transfer, made);
  return refusal;
}

// Of Deposit and Withdraw.
Engine::Refusal Engine::TransferDraft::CheckOutside(const Transfer& transfer) const {
  if (engine_.accounts_.FindUser(SubjectOf(transfer)) == nullptr) {
    return {RejectReason::kUnknownAccount};
  }
  if (engine_.FindAsset(transfer.asset_id) == nullptr) return {RejectReason::kUnknownAsset};
  if (transfer.amount < Amount(1)) {
    return {RejectReason::kInvalidOrder, 1, transfer.amount.value()};
  }
  return {};
}

Engine::Refusal Engine::TransferDraft::CheckMove(const Transfer& transfer) const {
  for (const AccountId id : {transfer.debit_account_id, transfer.credit_account_id}) {
    if (engine_.accounts_.Find(id) == nullptr) {
      return {RejectReason::kUnknownAccount, 0, static_cast<int64_t>(id.value())};
    }
  }
  if (engine_.FindAsset(transfer.asset_id) == nullptr) {
    return {RejectReason::kUnknownAsset, 0, int64_t{transfer.asset_id.value()}};
  }
  const bool is_pending = transfer.kind == TransferKind::kPending;
  // Nobody waits for money that is not there yet: what comes in comes at once.
  const bool makes_sense =
      transfer.debit_account_id != transfer.credit_account_id && transfer.target.empty() &&
      !(is_pending && transfer.debit_account_id == kExternal) && transfer.timeout_ns >= 0 &&
      transfer.timeout_ns <= (is_pending ? limits::kTransferTimeoutNsMax : 0);
  if (!makes_sense) return {RejectReason::kInvalidTransfer};
  if (transfer.amount < Amount(1)) {
    return {RejectReason::kInvalidTransfer, 1, transfer.amount.value()};
  }
  if (!is_pending) return {};
  const uint32_t count = PendingOf(transfer.debit_account_id);
  if (count >= limits::kPendingTransfersPerAccountMax) {
    return {RejectReason::kTooManyPendingTransfers, limits::kPendingTransfersPerAccountMax, count};
  }
  return {};
}

Engine::Refusal Engine::TransferDraft::CheckResolve(const Transfer& transfer,
                                                    RememberedTransfer& made) const {
  const RememberedTransfer* target = Find(transfer.target);
  if (target == nullptr) return {RejectReason::kUnknownTransfer};
  if (target->state == TransferState::kDone) return {RejectReason::kNotPending};
  if (target->state == TransferState::kPosted) return {RejectReason::kPendingAlreadyPosted};
  if (target->state == TransferState::kVoided) return {RejectReason::kPendingAlreadyVoided};
  if (target->state == TransferState::kExpired) return {RejectReason::kPendingExpired};
  // What is said must be what the pending one says; 0: not said.
  const bool is_void = transfer.kind == TransferKind::kVoid;
  const auto differs = [](auto said, auto is) { return said != decltype(said)() && said != is; };
  if (differs(transfer.debit_account_id, target->debit_account_id) ||
      differs(transfer.credit_account_id, target->credit_account_id) ||
      differs(transfer.asset_id, target->asset_id) || transfer.timeout_ns != 0 ||
      transfer.amount < Amount(0) || (is_void && differs(transfer.amount, target->amount))) {
    return {RejectReason::kInvalidTransfer};
  }
  made.debit_account_id = target->debit_account_id;
  made.credit_account_id = target->credit_account_id;
  made.asset_id = target->asset_id;
  if (transfer.amount > target->amount) {
    return {RejectReason::kPendingAmountExceeded, transfer.amount.value(), target->amount.value()};
  }
  if (transfer.amount == Amount(0)) made.amount = target->amount;
  return {};
}

Engine::Refusal Engine::TransferDraft::CheckReverse(const Transfer& transfer,
                                                    RememberedTransfer& made) const {
  const RememberedTransfer* target = Find(transfer.target);
  if (target == nullptr) return {RejectReason::kUnknownTransfer};
  if (target->state != TransferState::kDone || target->kind == TransferKind::kVoid ||
      target->kind == TransferKind::kReverse) {
    return {RejectReason::kNotReversible};
  }
  if (target->is_reversed) return {RejectReason::kAlreadyReversed};
  if (transfer.debit_account_id != AccountId() || transfer.credit_account_id != AccountId() ||
      transfer.asset_id != AssetId() || transfer.amount != Amount(0) || transfer.timeout_ns != 0) {
    return {RejectReason::kInvalidTransfer};
  }
  made.debit_account_id = target->credit_account_id;
  made.credit_account_id = target->debit_account_id;
  made.asset_id = target->asset_id;
  made.amount = target->amount;
  return {};
}

// What a pending transfer holds is there when it is resolved.
Engine::Refusal Engine::TransferDraft::CheckFunds(const RememberedTransfer& made) const {
  if (made.kind == TransferKind::kPost || made.kind == TransferKind::kVoid) return {};
  const Amount available = Available(made.debit_account_id, made.asset_id);
  if (made.debit_account_id == kExternal) {
    // `external` is minus what everybody else owns.
    const Amount room = limits::kSupplyMax + available;
    if (made.amount <= room) return {};
    return {RejectReason::kAmountOverflow, made.amount.value(), room.value()};
  }
  if (made.amount <= available) return {};
  return {RejectReason::kInsufficientFunds, made.amount.value(), available.value()};
}

void Engine::TransferDraft::Count(const Transfer& transfer, const RememberedTransfer& added) {
  RememberedTransfer made = added;
  made.state = TransferState::kDone;
  const AssetId asset_id = made.asset_id;
  if (made.kind == TransferKind::kPost || made.kind == TransferKind::kVoid) {
    RememberedTransfer target = *Find(transfer.target);
    const bool is_post = made.kind == TransferKind::kPost;
    target.state = is_post ? TransferState::kPosted : TransferState::kVoided;
    const Amount posted = is_post ? made.amount : Amount(0);
    Give(made.credit_account_id, asset_id, posted);
    Give(made.debit_account_id, asset_id, target.amount - posted);
    targets_.push_back({transfer.target, target});
  } else {
    Give(made.debit_account_id, asset_id, -made.amount);
    if (made.kind == TransferKind::kPending) {
      made.state = TransferState::kPending;
      if (transfer.timeout_ns != 0) {
        made.expires = Timestamp(engine_.now_.value() + transfer.timeout_ns);
      }
    } else {
      Give(made.credit_account_id, asset_id, made.amount);
    }
    if (made.kind == TransferKind::kReverse) {
      RememberedTransfer target = *Find(transfer.target);
      target.is_reversed = true;
      targets_.push_back({transfer.target, target});
    }
  }
  made_.push_back({transfer.transaction_id, made});
}

const RememberedTransfer* Engine::TransferDraft::Find(const TransactionId& id) const {
  for (auto named = targets_.rbegin(); named != targets_.rend(); ++named) {
    if (named->id == id) return &named->transfer;
  }
  for (const Named& named : made_) {
    if (named.id == id) return &named.transfer;
  }
  const RememberedTransfer* known = engine_.memory_.FindTransfer(id);
  return known == nullptr || known->state == TransferState::kRefused ? nullptr : known;
}

Amount Engine::TransferDraft::Available(AccountId account_id, AssetId asset_id) const {
  Amount available = engine_.accounts_.Get(account_id, asset_id).available;
  for (const auto& [key, amount] : changes_) {
    if (key.account_id == account_id && key.asset_id == asset_id) available += amount;
  }
  return available;
}

uint32_t Engine::TransferDraft::PendingOf(AccountId account_id) const {
  const auto known = engine_.pending_of_account_.find(account_id);
  uint32_t count = known == engine_.pending_of_account_.end() ? 0 : known->second;
  for (const Named& named : made_) {
    if (named.transfer.debit_account_id != account_id) continue;
    if (named.transfer.kind == TransferKind::kPending) ++count;
    const bool resolves =
        named.transfer.kind == TransferKind::kPost || named.transfer.kind == TransferKind::kVoid;
    if (resolves) --count;
  }
  return count;
}

}  // namespace rialto::engine
