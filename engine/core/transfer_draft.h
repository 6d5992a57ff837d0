// The transfers of a command as they would be made one after the other: what is refused, and why.
//
// Changes nothing of the engine. Thread: the sequencer's only.
#pragma once

#include "absl/container/inlined_vector.h"
#include "engine/core/engine.h"

namespace rialto::engine {

// The account that events of refused transfers name.
inline AccountId SubjectOf(const Transfer& transfer) {
  return transfer.kind == TransferKind::kDeposit ? transfer.credit_account_id
                                                 : transfer.debit_account_id;
}

class Engine::TransferDraft {
 public:
  explicit TransferDraft(const Engine& engine) : engine_(engine) {}

  // What the next transfer is refused with; when it is not, it counts for those after it.
  Refusal Add(const Transfer& transfer);
  // The transfers that were added, as they will be remembered but for what is the command's.
  const RememberedTransfer& operator[](size_t index) const { return made_[index].transfer; }
  // What the last one is or was to be made of, as far as it is known.
  AssetId last_asset_id() const { return last_asset_id_; }

 private:
  struct Named {
    TransactionId id;
    RememberedTransfer transfer;
  };
  // Of what is available.
  struct Change {
    BalanceKey key;
    Amount amount;
  };

  Refusal CheckOutside(const Transfer& transfer) const;
  Refusal CheckMove(const Transfer& transfer) const;
  Refusal CheckResolve(const Transfer& transfer, RememberedTransfer& made) const;
  Refusal CheckReverse(const Transfer& transfer, RememberedTransfer& made) const;
  Refusal CheckFunds(const RememberedTransfer& made) const;
  void Count(const Transfer& transfer, const RememberedTransfer& made);

  // As the transfers before would leave it; nullptr when there is none or it was refused.
  const RememberedTransfer* Find(const TransactionId& id) const;
  Amount Available(AccountId account_id, AssetId asset_id) const;
  uint32_t PendingOf(AccountId account_id) const;
  void Give(AccountId account_id, AssetId asset_id, Amount amount) {
    changes_.push_back({{account_id, asset_id}, amount});
  }

  const Engine& engine_;
  AssetId last_asset_id_;
  absl::InlinedVector<Named, 1> made_;
  absl::InlinedVector<Named, 1> targets_;  // What was changed of others, the newest of each last.
  absl::InlinedVector<Change, 2> changes_;
};

}  // namespace rialto::engine
