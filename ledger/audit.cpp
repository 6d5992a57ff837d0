#include "ledger/audit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace rialto::ledger {

Audit::Audit(absl::flat_hash_set<BalanceKey> explained) : explained_(std::move(explained)) {}

void Audit::Find(uint64_t sequence, int32_t leg, std::string what) {
  if (++report_.finding_count > static_cast<int64_t>(AuditReport::kFindingsMax)) return;
  report_.findings.push_back({batch_.last_sequence.value(), sequence, leg, std::move(what)});
}

void Audit::BeginBatch(const BatchRow& batch) {
  ++report_.batches;
  batch_ = batch;
  batch_postings_ = 0;
  if (batch.first_sequence != chain_.first_sequence()) {
    Find(0, -1,
         absl::StrCat("the batch begins at ", batch.first_sequence.value(), " where ",
                      chain_.first_sequence().value(),
                      " must follow: batches are missing or edited"));
  }
  if (batch.previous_hash != chain_.last()) {
    Find(0, -1, "previous_hash is not the hash of the batch before");
  }
  if (has_holds_ && batch.hold_count == kHoldsNotKept) {
    Find(0, -1, "the batch has no number of holds, one before it has: it was edited");
  }
  has_holds_ |= batch.hold_count != kHoldsNotKept;
}

void Audit::BeginTransaction(const TransactionRecord& transaction, int64_t stored_digest) {
  ++report_.transactions;
  transaction_ = transaction;
  stored_digest_ = stored_digest;
  digest_.Begin(transaction);
  next_leg_ = 0;
  sums_.clear();
}

void Audit::Add(const PostingRecord& posting) {
  ++report_.postings;
  ++batch_postings_;
  const uint64_t sequence = transaction_.sequence.value();
  if (posting.leg < next_leg_) {
    Find(sequence, posting.leg, "the leg is there twice: a posting was inserted or edited");
  } else if (posting.leg > next_leg_) {
    Find(sequence, next_leg_, "the leg is missing: a posting was removed or edited");
  }
  next_leg_ = posting.leg + 1;
  if (posting.leg == 0 && posting.kind != transaction_.type) {
    Find(sequence, 0, "its kind is not the transaction's type: one of them was edited");
  }
  sums_[posting.asset_id] += posting.amount.value();
  CheckOwned(posting);
  digest_.Add(posting);
}

void Audit::CheckOwned(const PostingRecord& posting) {
  const BalanceKey key{posting.account_id, posting.asset_id};
  Amount& owned = owned_[key];
  int64_t expected = 0;
  const bool fits = !__builtin_add_overflow(owned.value(), posting.amount.value(), &expected);
  if ((!fits || expected != posting.owned.value()) && !explained_.contains(key)) {
    Find(transaction_.sequence.value(), posting.leg,
         absl::StrCat("account ", key.account_id.value(), " asset ", key.asset_id.value(),
                      ": owned is ", posting.owned.value(), ", the postings before make it ",
                      expected));
  }
  owned = posting.owned;
}

void Audit::Add(const TradeRecord& trade) {
  ++report_.trades;
  digest_.Add(trade);
}

void Audit::EndTransaction() {
  const uint64_t sequence = transaction_.sequence.value();
  if (next_leg_ == 0) Find(sequence, -1, "the transaction has no postings: they were removed");
  for (const auto& [asset_id, sum] : sums_) {
    if (sum == 0) continue;
    Find(sequence, -1, absl::StrCat("the postings of asset ", asset_id.value(), " do not balance"));
  }
  const Digest digest = digest_.Finish();
  if (StoredDigest(digest) != stored_digest_) {
    Find(sequence, -1,
         "the digest of the transaction, its postings and trades is another: a row was edited, "
         "removed or inserted");
  }
  chain_.Add(digest);
}

void Audit::Add(const HoldRecord& hold) {
  ++report_.holds;
  if (hold.first_sequence > hold.sequence) {
    Find(hold.sequence.value(), -1,
         absl::StrCat("account ", hold.account_id.value(), " asset ", hold.asset_id.value(),
                      ": the hold ends before it begins, at ", hold.first_sequence.value()));
  }
  held_[{hold.account_id, hold.asset_id}] = hold.held;
  chain_.Add(hold);
}

void Audit::EndBatch() {
  const int64_t transactions = chain_.transaction_count();
  if (transactions != batch_.transaction_count || batch_postings_ != batch_.posting_count) {
    Find(0, -1,
         absl::StrCat("the batch has ", transactions, " transactions and ", batch_postings_,
                      " postings, it was written with ", batch_.transaction_count, " and ",
                      batch_.posting_count));
  }
  if (chain_.hold_count() != std::max<int64_t>(batch_.hold_count, 0)) {
    Find(0, -1,
         absl::StrCat("the batch has ", chain_.hold_count(), " holds, it was written with ",
                      batch_.hold_count, ": one was inserted or removed"));
  }
  // Whatever was found: the chain goes on as it is stored, so that one change is one finding.
  const Digest previous = chain_.last();
  if (chain_.Close(batch_.last_sequence) != batch_.hash) {
    Find(0, -1,
         previous == batch_.previous_hash
             ? "the hash of the batch is another: a row in it or the batch itself was edited"
             : "the hash of the batch is another");
  }
  chain_ = BatchChain(batch_.hash, batch_.last_sequence);
  report_.last_sequence = batch_.last_sequence.value();
  report_.hash = batch_.hash;
  batch_ = {};
}

void Audit::AddStrayTransaction(Sequence sequence) {
  Find(sequence.value(), -1,
       "the transaction is in no batch: it was inserted, or its batch removed");
}

void Audit::AddStrayPosting(Sequence sequence, int32_t leg) {
  Find(sequence.value(), leg,
       "the posting is of no transaction: it was inserted, or the transaction removed");
}

void Audit::AddStrayTrade(Sequence sequence, TradeId trade_id) {
  Find(sequence.value(), -1,
       absl::StrCat("trade ", trade_id.value(),
                    " is of no transaction: it was inserted, or the transaction removed"));
}

void Audit::AddStrayHold(const HoldRecord& hold) {
  Find(hold.sequence.value(), -1,
       absl::StrCat("the hold of account ", hold.account_id.value(), " asset ",
                    hold.asset_id.value(),
                    " is in no batch: it was inserted, or its batch removed"));
}

void Audit::AddBalance(const BalanceKey& key, const Balance& balance) {
  ++report_.balances;
  const auto owned = owned_.find(key);
  const absl::int128 expected = owned == owned_.end() ? 0 : owned->second.value();
  const absl::int128 actual = absl::int128(balance.available.value()) + balance.held.value();
  if (expected != actual && !explained_.contains(key)) {
    Find(0, -1,
         absl::StrCat("account ", key.account_id.value(), " asset ", key.asset_id.value(),
                      ": the balance is ", static_cast<int64_t>(actual), ", its postings make it ",
                      static_cast<int64_t>(expected)));
  }
  if (owned != owned_.end()) owned_.erase(owned);
  if (has_holds_) CheckHeld(key, balance);
}

// Available and held are both what was written, not only their sum.
void Audit::CheckHeld(const BalanceKey& key, const Balance& balance) {
  const auto last = held_.find(key);
  const Amount expected = last == held_.end() ? Amount(0) : last->second;
  if (balance.held == expected) return;
  Find(0, -1,
       absl::StrCat("account ", key.account_id.value(), " asset ", key.asset_id.value(), ": ",
                    balance.held.value(), " is held, the holds make it ", expected.value()));
}

AuditReport Audit::Finish() {
  // A row of drift takes its balance out of the sums: nobody hides behind one.
  for (const BalanceKey& key : explained_) {
    Find(0, -1,
         absl::StrCat("account ", key.account_id.value(), " asset ", key.asset_id.value(),
                      ": ledger.drift has it, its sums were not checked"));
  }
  for (const auto& [key, owned] : owned_) {
    if (owned == Amount(0) || explained_.contains(key)) continue;
    Find(0, -1,
         absl::StrCat("account ", key.account_id.value(), " asset ", key.asset_id.value(),
                      ": the balance is missing, its postings make it ", owned.value()));
  }
  return std::move(report_);
}

}  // namespace rialto::ledger
