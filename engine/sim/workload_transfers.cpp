// Random transfers between accounts of the workload.
#include <algorithm>

#include "engine/core/accounts.h"
#include "engine/core/limits.h"
#include "engine/sim/workload.h"

namespace rialto::engine {
namespace {

constexpr size_t kPastMax = 300;

}  // namespace

Command Workload::RandomTransfers() {
  MakeTransfers command;
  uint64_t count = random_.OneIn(4) ? 1 + random_.Below(6) : 1;
  if (random_.OneIn(200)) count = random_.OneIn(2) ? 0 : 100 + random_.Below(2);
  for (uint64_t i = 0; i < count; ++i) command.transfers.push_back(RandomStep(command.transfers));
  if (!command.transfers.empty()) Remember(past_keyed_, command);
  return command;
}

// `before`: of the same command.
Transfer Workload::RandomStep(const std::vector<Transfer>& before) {
  Transfer transfer;
  transfer.transaction_id = NewId('t');
  transfer.kind = static_cast<TransferKind>(random_.Between(1, 5));
  if (random_.OneIn(3)) transfer.kind = TransferKind::kPending;
  if (transfer.kind == TransferKind::kSingle || transfer.kind == TransferKind::kPending) {
    FillMove(transfer);
  } else {
    FillTarget(transfer, before);
  }
  if (random_.OneIn(5)) transfer.reference = RandomTag();
  if (random_.OneIn(25)) MakeStrange(transfer);
  if (!before.empty() && random_.OneIn(60)) transfer.transaction_id = before[0].transaction_id;
  return transfer;
}

void Workload::FillMove(Transfer& transfer) {
  const RandomMarket& market = random_.Pick(markets_);
  const bool is_base = random_.OneIn(2);
  const auto account = [&] {
    return random_.OneIn(5) ? AccountId(1 + random_.Below(kHouseAccounts)) : RandomAccount();
  };
  transfer.debit_account_id = account();
  transfer.credit_account_id = account();
  transfer.asset_id = is_base ? market.definition.base : market.definition.quote;
  const Wide typical = is_base ? Wide{market.quantity_typical} * market.definition.lot_size_units
                               : Wide{market.notional_typical};
  transfer.amount = Amount(random_.Between(1, ToInt64(std::min<Wide>(typical, kAmountMax / 20))));
  if (transfer.kind == TransferKind::kPending && !random_.OneIn(3)) {
    transfer.timeout_ns = RandomDuration();
  }
}

void Workload::FillTarget(Transfer& transfer, const std::vector<Transfer>& before) {
  const bool is_reverse = transfer.kind == TransferKind::kReverse;
  Amount amount;
  if (!before.empty() && random_.OneIn(2)) {
    transfer.target = random_.Pick(before).transaction_id;
  } else if (!pending_.empty() && !is_reverse && !random_.OneIn(6)) {
    const PendingTransfer& pending = random_.Pick(pending_);
    transfer.target = pending.id;
    amount = pending.amount;
  } else if (!past_transfers_.empty()) {
    transfer.target = random_.Pick(past_transfers_);
  }
  if (transfer.kind == TransferKind::kPost && amount > Amount(0) && !random_.OneIn(3)) {
    transfer.amount = Amount(random_.Between(1, amount.value()));
    if (random_.OneIn(8) && amount.value() < INT64_MAX) transfer.amount = amount + Amount(1);
  }
  if (transfer.kind == TransferKind::kVoid && random_.OneIn(4)) transfer.amount = amount;
}

void Workload::MakeStrange(Transfer& transfer) {
  const uint64_t dice = random_.Below(9);
  if (dice == 0) transfer.kind = static_cast<TransferKind>(random_.Below(10));
  if (dice == 1) transfer.debit_account_id = RandomAccount();
  if (dice == 2) transfer.credit_account_id = transfer.debit_account_id;
  if (dice == 3) transfer.asset_id = AssetId(static_cast<uint32_t>(random_.Below(9)));
  if (dice == 4) transfer.amount = Amount(StrangeNumber());
  if (dice == 5) transfer.timeout_ns = StrangeNumber();
  if (dice == 6) transfer.timeout_ns = limits::kTransferTimeoutNsMax + random_.Between(-1, 1);
  if (dice == 7) transfer.target = NewId('n');
  if (dice == 8 && !past_transfers_.empty()) transfer.target = random_.Pick(past_transfers_);
}

// --- What is known of them ---

void Workload::RememberTransfer(const TransactionId& id) {
  if (past_transfers_.size() < kPastMax) {
    past_transfers_.push_back(id);
  } else {
    past_transfers_[static_cast<size_t>(random_.Below(kPastMax))] = id;
  }
}

void Workload::On(const Deposited& event) { RememberTransfer(event.transaction_id); }
void Workload::On(const Withdrawn& event) { RememberTransfer(event.transaction_id); }
void Workload::On(const Transferred& event) { RememberTransfer(event.transaction_id); }

void Workload::On(const TransferPending& event) {
  pending_.push_back({event.transaction_id, event.amount});
}

void Workload::On(const PendingResolved& event) {
  std::erase_if(pending_, [&](const PendingTransfer& p) { return p.id == event.pending_id; });
  RememberTransfer(event.pending_id);
  if (!event.transaction_id.empty()) RememberTransfer(event.transaction_id);
}

}  // namespace rialto::engine
