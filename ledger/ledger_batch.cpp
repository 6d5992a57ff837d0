#include "ledger/ledger_batch.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "ledger/record_rows.h"

namespace rialto::ledger {
namespace {

using engine::v1::CommandEvents;
using postgres::CopyWriter;

int64_t Signed(uint64_t id) { return static_cast<int64_t>(id); }

// As the wire has it; the database, too.
int16_t KindNumber(EntryKind kind) { return static_cast<int16_t>(static_cast<int>(kind) + 1); }

TradeRecord ToRecord(const engine::v1::Trade& trade, int64_t timestamp_ns) {
  const bool taker_buys = trade.taker_side() == common::v1::ORDER_SIDE_BUY;
  return {
      .trade_id = TradeId(trade.trade_id()),
      .timestamp_ns = timestamp_ns,
      .price_ticks = trade.price_ticks(),
      .quantity_lots = trade.quantity_lots(),
      .quote_units = trade.buyer_cost_units(),
      .taker_order_id = OrderId(trade.taker_order_id()),
      .taker_account_id = AccountId(trade.taker_account_id()),
      .maker_order_id = OrderId(trade.maker_order_id()),
      .maker_account_id = AccountId(trade.maker_account_id()),
      .taker_fee_units = taker_buys ? trade.buyer_fee_units() : trade.seller_fee_units(),
      .maker_fee_units = taker_buys ? trade.seller_fee_units() : trade.buyer_fee_units(),
      .instrument_id = InstrumentId(trade.instrument_id()),
      .taker_side = static_cast<int16_t>(trade.taker_side()),
  };
}

// The caller's id of what the command did: of its first transfer, else of the order it placed.
std::string_view RequestId(const std::vector<Posting>& postings, const CommandEvents& command) {
  if (!postings.front().transaction_id.empty()) return postings.front().transaction_id;
  for (const engine::v1::Event& event : command.events()) {
    if (event.has_order_accepted()) return event.order_accepted().client_order_id();
  }
  return {};
}

}  // namespace

void PartitionRows::Clear() {
  for (CopyWriter* rows : {&transactions, &postings, &trades, &orders, &holds}) rows->Clear();
}

void LedgerBatch::Fill(CommandBatch commands, int64_t booked_ns) {
  // The memory of one partition's rows is kept.
  while (partitions_.size() > 1) partitions_.pop_front();
  if (!partitions_.empty()) partitions_.front().Clear();
  accounts_.Clear();
  orders_.Clear();
  drift_.clear();
  checkpoints_.clear();
  record_ = {};
  balances.BeginBatch();

  for (const CommandEvents* command : commands) Note(*command, booked_ns);
  PutOrders();
  changed_balances_ = balances.Changes();
  PutHolds(commands);
  CloseChain(Sequence(commands.back()->sequence()));
}

void LedgerBatch::Note(const CommandEvents& command, int64_t booked_ns) {
  const Sequence sequence(command.sequence());
  for (const engine::v1::Event& event : command.events()) {
    // Definitions first: the command's own trades may need them.
    if (catalog.Apply(event)) continue;
    if (event.has_account_opened()) {
      accounts_.Row()
          .Int64(Signed(event.account_opened().account_id()))
          .Text(event.account_opened().name())
          .Int64(Signed(sequence.value()));
    } else {
      orders_.Note(event, command);
    }
  }
  NoteTransaction(command, booked_ns);
  for (const engine::v1::Event& event : command.events()) {
    if (!event.has_balance_changed()) continue;
    const auto& changed = event.balance_changed();
    balances.Set({AccountId(changed.account_id()), AssetId(changed.asset_id())},
                 {Amount(changed.available_units()), Amount(changed.held_units())}, sequence);
  }
  balances.EndCommand(sequence, drift_);
  if (command.has_checkpoint()) {
    checkpoints_.push_back({sequence, command.checkpoint().state_hash(),
                            balances.mirror().Compare(command.checkpoint())});
  }
}

void LedgerBatch::NoteTransaction(const CommandEvents& command, int64_t booked_ns) {
  postings_.clear();
  AppendPostings(command, catalog, postings_);
  if (postings_.empty()) return;
  const Sequence sequence(command.sequence());
  PartitionRows& rows = RowsOf(sequence);
  const TransactionRecord transaction{.sequence = sequence,
                                      .type = KindNumber(postings_.front().kind),
                                      .effective_ns = command.timestamp_ns(),
                                      .booked_ns = booked_ns,
                                      .request_id = RequestId(postings_, command)};
  digest_.Begin(transaction);
  int32_t leg = 0;
  for (const Posting& posting : postings_) {
    const PostingRecord record{
        .leg = leg++,
        .account_id = posting.account_id,
        .asset_id = posting.asset_id,
        .amount = posting.amount,
        .owned = balances.Book({posting.account_id, posting.asset_id}, posting.amount),
        .kind = KindNumber(posting.kind),
        .trade_id = posting.trade_id,
        .order_id = posting.order_id,
        .transaction_id = posting.transaction_id,
        .reference = posting.reference,
        .target_transaction_id = posting.target_transaction_id};
    digest_.Add(record);
    Put(rows.postings, sequence, record);
  }
  record_.posting_count += leg;
  NoteTrades(command, rows);
  const Digest digest = digest_.Finish();
  chain.Add(digest);
  Put(rows.transactions, transaction, StoredDigest(digest));
}

void LedgerBatch::NoteTrades(const CommandEvents& command, PartitionRows& rows) {
  for (const engine::v1::Event& event : command.events()) {
    if (!event.has_trade()) continue;
    const TradeRecord trade = ToRecord(event.trade(), command.timestamp_ns());
    digest_.Add(trade);
    Put(rows.trades, Sequence(command.sequence()), trade);
  }
}

void LedgerBatch::PutOrders() {
  changed_orders_.clear();
  for (const OrderChange& order : orders_.changes()) {
    if (order.form.has_value()) {
      Put(RowsOf(PlacedBy(order.order_id)).orders, order);
    } else {
      changed_orders_.push_back(&order);
    }
  }
}

void LedgerBatch::PutHolds(CommandBatch commands) {
  const Sequence first(commands.front()->sequence());
  std::vector<HoldRecord> holds;
  const auto add = [&](const BalanceKey& key, const Balance& balance, Sequence since, Sequence to) {
    const CommandEvents& last = *commands[to.value() - first.value()];
    holds.push_back({to, since, last.timestamp_ns(), key.account_id, key.asset_id, balance.held});
  };
  if (begins_holds) {
    const Sequence last(commands.back()->sequence());
    balances.ForEach([&](const BalanceKey& key, const Balance& balance) {
      add(key, balance, Sequence(1), last);
    });
    begins_holds = false;
  } else {
    for (const BalanceChange& change : changed_balances_) {
      if (change.hold_last == Sequence()) continue;
      add(change.key, change.after, change.hold_first, change.hold_last);
    }
  }
  std::sort(holds.begin(), holds.end(), [](const HoldRecord& left, const HoldRecord& right) {
    return std::tie(left.sequence, left.account_id, left.asset_id) <
           std::tie(right.sequence, right.account_id, right.asset_id);
  });
  for (const HoldRecord& hold : holds) {
    chain.Add(hold);
    Put(RowsOf(hold.sequence).holds, hold);
  }
}

void LedgerBatch::CloseChain(Sequence last) {
  record_.transaction_count = chain.transaction_count();
  record_.hold_count = chain.hold_count();
  if (record_.transaction_count == 0 && record_.hold_count == 0) return;
  record_.previous_hash = chain.last();
  record_.first_sequence = chain.first_sequence();
  record_.last_sequence = last;
  record_.hash = chain.Close(last);
}

PartitionRows& LedgerBatch::RowsOf(Sequence sequence) {
  const auto number = static_cast<int64_t>(sequence.value() / kPartitionCommands);
  for (PartitionRows& rows : partitions_) {
    if (rows.number == number) return rows;
  }
  const bool is_reused = partitions_.size() == 1 && partitions_.front().transactions.empty() &&
                         partitions_.front().orders.empty() && partitions_.front().holds.empty();
  PartitionRows& rows = is_reused ? partitions_.front() : partitions_.emplace_back();
  rows.number = number;
  return rows;
}

}  // namespace rialto::ledger
