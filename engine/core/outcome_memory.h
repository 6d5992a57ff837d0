// What the engine remembers of past orders and transfers, so that a retry hears the first outcome.
//
// Orders are forgotten, oldest first, once they are over and both bounds of limits.h allow it;
// transfers never. Of their content a 64-bit fingerprint is kept: a repeat with other content is
// taken for the same once in 2^64 times, and then only hears what was decided.
// Thread: the sequencer's only.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "common/base/ids.h"
#include "common/base/time.h"
#include "engine/core/chunked_pool.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/core/hash_index.h"
#include "engine/core/limits.h"
#include "engine/core/state_bytes.h"

namespace rialto::engine {

// How much must be remembered, at least; the venue's are in limits.h.
struct MemoryBounds {
  uint64_t orders_min = 0;
  int64_t age_ns_min = 0;
};
inline constexpr MemoryBounds kVenueBounds{limits::kOutcomesRememberedMin,
                                           limits::kOutcomesRememberedNs};

// Of every field but those that a retry may change: session and not_after. The same on every
// machine and for ever.
uint64_t Fingerprint(const PlaceOrder& order);
uint64_t Fingerprint(const ReplaceOrder& replace);
uint64_t Fingerprint(const PlaceOrderList& list);
uint64_t Fingerprint(std::span<const Transfer> transfers);

// A placed order and what came of it within its command.
struct RememberedOrder {
  ClientOrderId client_order_id;
  AsGiven<Side> side{Side::kBuy};
  OrderStatus status = OrderStatus::kNone;
  CancelReason cancel_reason = CancelReason::kNone;
  AccountId account_id;
  uint64_t fingerprint = 0;
  OrderId order_id;  // Its sequence is the command's.
  // Accepted: executed, executed_quote, remaining, prevented. Refused: need, have.
  std::array<int64_t, 4> numbers{};
  InstrumentId instrument_id;
  uint32_t remembered_at_s = 0;  // Seconds since the epoch, rounded up.
  RejectReason reason = RejectReason::kNone;
  bool is_open = false;  // Then it is not forgotten.
  uint32_t younger = 0;  // The one remembered next.

  // The first outcome, marked as repeated.
  Outcome ToOutcome() const;
};

// A transfer, what came of it, and what others may still do to it.
struct RememberedTransfer {
  AsGiven<TransferKind> kind{TransferKind::kSingle};
  TransferState state = TransferState::kRefused;
  bool is_reversed = false;
  uint8_t member = 0;                         // Which of its command, from 0.
  RejectReason reason = RejectReason::kNone;  // Of the one that was refused.
  uint32_t refused = 0;                       // Which of its command that was, from 1.
  AssetId refused_asset_id;                   // And of what.
  // Refused: as asked. POST, VOID, REVERSE: those of the money that moved.
  AccountId debit_account_id;
  AccountId credit_account_id;
  AssetId asset_id;
  Amount amount;             // What it moved, holds or gave back; refused: as asked.
  uint64_t fingerprint = 0;  // Of all transfers of its command.
  Sequence sequence;         // Of its command.
  int64_t need = 0;
  int64_t have = 0;
  Timestamp expires;  // PENDING; 0: never.
  // Of a command of one: its balance when that was over.
  Amount available;
  Amount held;

  // Of a pending one. Ordered as they were decided: by command, then by their place in it.
  uint64_t pending_number() const {
    static_assert(limits::kTransfersPerCommandMax <= 1 << 8);
    return sequence.value() << 8 | member;
  }
  // Whose balance that is.
  AccountId balance_account_id() const {
    return kind == TransferKind::kDeposit ? credit_account_id : debit_account_id;
  }
  // The outcome of its command. REQUIRES: it is the first of it.
  Outcome ToOutcome() const;
};

// What an order is remembered under, with its hash. Refers to the order's own id.
struct OrderKey {
  AccountId account_id;
  const ClientOrderId& client_order_id;
  uint32_t hash = 0;
};

class OutcomeMemory {
 public:
  // Callers choose their ids: who knew the seed could choose ids that all have one hash, and so
  // slow down everybody. Nothing goes through the index in its order, so the seed decides nothing
  // that anyone can see: a replay under another one gives the same.
  OutcomeMemory(MemoryBounds bounds, uint64_t hash_seed) : bounds_(bounds), hash_seed_(hash_seed) {}

  OrderKey KeyOf(AccountId account_id, const ClientOrderId& id) const {
    return {account_id, id, Hash(account_id, id)};
  }
  // Begins to fetch what Find will look at.
  void Prefetch(const OrderKey& key) const { by_key_.Prefetch(key.hash); }
  // Position of what is remembered under this key; 0 when there is nothing.
  uint32_t Find(const OrderKey& key) const;
  const RememberedOrder& operator[](uint32_t position) const { return orders_[position]; }
  // nullptr when there is none. Valid until the next Remember.
  RememberedTransfer* FindTransfer(const TransactionId& id);
  const RememberedTransfer* FindTransfer(const TransactionId& id) const;

  // Starts to remember an order; its outcome comes with SetOutcome. REQUIRES: the key is new.
  uint32_t Remember(const OrderKey& key, uint64_t fingerprint, Timestamp now);
  void SetOutcome(uint32_t position, const Outcome& outcome);
  void SetOpen(uint32_t position) { orders_[position].is_open = true; }
  void SetOver(uint32_t position) { orders_[position].is_open = false; }

  // REQUIRES: the id is new. What is returned is valid until the next Remember.
  RememberedTransfer* Remember(const TransactionId& id, const RememberedTransfer& transfer);

  // Oldest first. `ordinals`: by position, the how manieth it was, from 1; which is its position
  // after Load.
  void Save(StateWriter& out, std::vector<uint32_t>& ordinals) const;
  // Fails at a transfer that does not fit.
  void Load(StateReader& in, absl::FunctionRef<bool(const RememberedTransfer&)> fits);

  uint64_t order_count() const { return orders_.size(); }
  uint64_t allocated_bytes() const { return orders_.allocated_bytes() + by_key_.allocated_bytes(); }

 private:
  uint32_t Hash(AccountId account_id, const ClientOrderId& id) const {
    return HashBytes(id.view(), hash_seed_) ^ HashId(account_id.value());
  }
  void Append(uint32_t position);
  void ForgetOld(Timestamp now);

  const MemoryBounds bounds_;
  const uint64_t hash_seed_;
  ChunkedPool<RememberedOrder> orders_;
  HashIndex by_key_;
  uint32_t oldest_ = 0;
  uint32_t youngest_ = 0;
  absl::flat_hash_map<TransactionId, RememberedTransfer> transfers_;
};

}  // namespace rialto::engine
