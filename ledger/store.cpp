#include "ledger/store.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/mirror/definitions.h"
#include "ledger/balance_rows_store.h"
#include "ledger/schema_files.h"
#include "rialto/ledger/v1/ledger_service.pb.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

int64_t Signed(uint64_t id) { return static_cast<int64_t>(id); }

absl::Status CopyAll(Transaction& transaction, const std::string& target,
                     const postgres::CopyWriter& rows) {
  return rows.empty() ? absl::OkStatus() : transaction.Copy(target, rows);
}

// Columns of the UPDATE of orders; 0 in a `…_is_set` column: as it was.
struct OrderColumns {
  std::vector<int64_t> sequence, order_id, last_sequence, changed_ns, executed_lots, executed_units,
      prevented_lots, quantity_lots, quantity_is_set, price_ticks, price_is_set, status, reason;

  void Add(const OrderChange& order) {
    sequence.push_back(Signed(PlacedBy(order.order_id).value()));
    order_id.push_back(Signed(order.order_id.value()));
    last_sequence.push_back(Signed(order.last_sequence.value()));
    changed_ns.push_back(order.changed_ns);
    executed_lots.push_back(order.executed_lots);
    executed_units.push_back(order.executed_units);
    prevented_lots.push_back(order.prevented_lots);
    quantity_lots.push_back(order.quantity_set.value_or(0) + order.quantity_lots);
    quantity_is_set.push_back(order.quantity_set.has_value() ? 1 : 0);
    price_ticks.push_back(order.price_ticks.value_or(0));
    price_is_set.push_back(order.price_ticks.has_value() ? 1 : 0);
    status.push_back(order.status.value_or(-1));
    reason.push_back(order.reason.value_or(-1));
  }
};

constexpr char kUpdateOrders[] =
    " AS o SET last_sequence = u.last_sequence, changed_ns = u.changed_ns,"
    " executed_lots = o.executed_lots + u.executed_lots,"
    " executed_units = o.executed_units + u.executed_units,"
    " prevented_lots = o.prevented_lots + u.prevented_lots,"
    " quantity_lots = u.quantity_lots"
    "  + CASE WHEN u.quantity_is_set = 1 THEN 0 ELSE o.quantity_lots END,"
    " price_ticks = CASE WHEN u.price_is_set = 1 THEN u.price_ticks ELSE o.price_ticks END,"
    " status = CASE WHEN u.status < 0 THEN o.status ELSE u.status END,"
    " reason = CASE WHEN u.reason < 0 THEN o.reason ELSE u.reason END"
    " FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    " AS u (sequence, order_id, last_sequence, changed_ns, executed_lots, executed_units,"
    " prevented_lots, quantity_lots, quantity_is_set, price_ticks, price_is_set, status, reason)"
    " WHERE o.sequence = u.sequence AND o.order_id = u.order_id";

// "ENTRY_KIND_DEPOSIT" as "deposit".
std::string KindName(const google::protobuf::EnumValueDescriptor& value) {
  return absl::AsciiStrToLower(absl::StripPrefix(value.name(), "ENTRY_KIND_"));
}

}  // namespace

Store::Store(Metrics& metrics, std::string schema_name)
    : metrics_(metrics),
      schema_name_(std::move(schema_name)),
      schema_{schema_name_, kSchema.migrations, kSchema.migration_count} {}

absl::Status Store::Load(Transaction& transaction) {
  ASSIGN_OR_RETURN(batch_.catalog, ReadDefinitions(transaction, schema_name_));
  open_partition_ = -1;
  RETURN_IF_ERROR(WriteKinds(transaction));
  RETURN_IF_ERROR(LoadBalances(transaction));
  RETURN_IF_ERROR(LoadChain(transaction));
  return CountDrift(transaction);
}

absl::Status Store::WriteKinds(Transaction& transaction) {
  std::vector<int64_t> kinds;
  std::vector<std::string> names;
  const auto& all = *v1::EntryKind_descriptor();
  for (int i = 0; i < all.value_count(); ++i) {
    if (all.value(i)->number() == 0) continue;
    kinds.push_back(all.value(i)->number());
    names.push_back(KindName(*all.value(i)));
  }
  return transaction
      .Execute("INSERT INTO entry_kinds SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING",
               {kinds, names})
      .status();
}

// In pieces: there may be millions of rows.
absl::Status Store::LoadBalances(Transaction& transaction) {
  batch_.balances = BalanceBook();
  return ForEachBalance(transaction, [&](const BalanceKey& key, const Balance& balance) {
    batch_.balances.Load(key, balance);
  });
}

absl::Status Store::LoadChain(Transaction& transaction) {
  batch_.chain = BatchChain();
  batch_.begins_holds = false;
  ASSIGN_OR_RETURN(
      Result last,
      transaction.Execute("SELECT last_sequence, encode(hash, 'hex'), hold_count FROM batches"
                          " ORDER BY last_sequence DESC LIMIT 1"));
  if (last.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Digest hash, DigestFromHex(last.row(0).Text(1)));
  batch_.chain = BatchChain(hash, Sequence(static_cast<uint64_t>(last.row(0).Int64(0))));
  batch_.begins_holds = last.row(0).IsNull(2);
  return absl::OkStatus();
}

absl::Status Store::Apply(Transaction& transaction, CommandBatch commands) {
  batch_.Fill(commands, absl::GetCurrentTimeNanos());
  RETURN_IF_ERROR(WriteDefinitions(transaction, schema_name_, commands));
  RETURN_IF_ERROR(
      CopyAll(transaction, "accounts (account_id, name, opened_sequence)", batch_.accounts()));
  for (const PartitionRows& rows : batch_.partitions()) {
    RETURN_IF_ERROR(WritePartition(transaction, rows));
  }
  RETURN_IF_ERROR(UpdateOrders(transaction));
  RETURN_IF_ERROR(WriteBalances(transaction, Sequence(commands.back()->sequence())));
  RETURN_IF_ERROR(WriteChain(transaction));
  for (const CheckpointVerdict& verdict : batch_.checkpoints()) {
    RETURN_IF_ERROR(WriteCheckpoint(transaction, verdict));
  }
  return WriteDrift(transaction, batch_.drift());
}

absl::Status Store::WritePartition(Transaction& transaction, const PartitionRows& rows) {
  if (rows.number > open_partition_) {
    RETURN_IF_ERROR(transaction.Execute("SELECT open_partition($1)", {rows.number}).status());
    open_partition_ = rows.number;
  }
  RETURN_IF_ERROR(
      CopyAll(transaction, absl::StrCat("transactions_", rows.number), rows.transactions));
  RETURN_IF_ERROR(CopyAll(transaction, absl::StrCat("postings_", rows.number), rows.postings));
  RETURN_IF_ERROR(CopyAll(transaction, absl::StrCat("trades_", rows.number), rows.trades));
  RETURN_IF_ERROR(CopyAll(transaction, absl::StrCat("orders_", rows.number), rows.orders));
  RETURN_IF_ERROR(CopyAll(transaction, absl::StrCat("holds_", rows.number), rows.holds));
  metrics_.entries_total.Increment(static_cast<double>(rows.postings.row_count()));
  return absl::OkStatus();
}

absl::Status Store::UpdateOrders(Transaction& transaction) {
  absl::btree_map<int64_t, OrderColumns> by_partition;
  for (const OrderChange* order : batch_.changed_orders()) {
    const uint64_t placed_by = PlacedBy(order->order_id).value();
    by_partition[static_cast<int64_t>(placed_by / kPartitionCommands)].Add(*order);
  }
  for (const auto& [number, orders] : by_partition) {
    RETURN_IF_ERROR(
        transaction
            .Execute(absl::StrCat("UPDATE orders_", number, kUpdateOrders),
                     {orders.sequence, orders.order_id, orders.last_sequence, orders.changed_ns,
                      orders.executed_lots, orders.executed_units, orders.prevented_lots,
                      orders.quantity_lots, orders.quantity_is_set, orders.price_ticks,
                      orders.price_is_set, orders.status, orders.reason})
            .status());
  }
  return absl::OkStatus();
}

absl::Status Store::WriteBalances(Transaction& transaction, Sequence last) {
  RETURN_IF_ERROR(InsertBalances(transaction, batch_.changed_balances()));
  ASSIGN_OR_RETURN(const std::vector<Drift> foreign,
                   UpdateBalances(transaction, batch_.changed_balances(), last));
  return WriteDrift(transaction, foreign);
}

absl::Status Store::WriteChain(Transaction& transaction) {
  const BatchRecord& record = batch_.record();
  if (record.transaction_count == 0 && record.hold_count == 0) return absl::OkStatus();
  return transaction
      .Execute(
          "INSERT INTO batches (last_sequence, first_sequence, transaction_count, posting_count,"
          " hold_count, previous_hash, hash)"
          " VALUES ($1, $2, $3, $4, $5, decode($6, 'hex'), decode($7, 'hex'))",
          {record.last_sequence, record.first_sequence, record.transaction_count,
           record.posting_count, record.hold_count, ToHex(BytesOf(record.previous_hash)),
           ToHex(BytesOf(record.hash))})
      .status();
}

// The mirror was at the checkpoint's sequence: what differs is drift, whatever it came from.
absl::Status Store::WriteCheckpoint(Transaction& transaction, const CheckpointVerdict& verdict) {
  const Differences& found = verdict.differences;
  metrics_.checkpoints_total.Increment();
  if (!found.none()) {
    metrics_.checkpoint_mismatches_total.Increment();
    if (on_mismatch_) on_mismatch_();
    LOG_ERROR(
        "ledger_checkpoint_differs sequence={} wrong_buckets={} first_bucket={} wrong_assets={}",
        verdict.sequence.value(), found.buckets.size(),
        found.buckets.empty() ? -1 : found.buckets.front(), found.asset_ids.size());
  }
  return transaction
      .Execute(
          "INSERT INTO checkpoints (sequence, state_hash, wrong_buckets, wrong_assets)"
          " VALUES ($1, decode($2, 'hex'), $3, $4)",
          {verdict.sequence, ToHex(verdict.state_hash), found.buckets, found.asset_ids})
      .status();
}

absl::Status Store::WriteDrift(Transaction& transaction, const std::vector<Drift>& found) {
  for (const Drift& drift : found) {
    LOG_ERROR("ledger_drift sequence={} account_id={} asset_id={} expected={} actual={}",
              drift.sequence.value(), drift.key.account_id.value(), drift.key.asset_id.value(),
              drift.expected.value(), drift.actual.value());
    RETURN_IF_ERROR(
        transaction
            .Execute("INSERT INTO drift VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                     {drift.sequence, drift.key.account_id, drift.key.asset_id, drift.expected,
                      drift.actual})
            .status());
  }
  return found.empty() ? absl::OkStatus() : CountDrift(transaction);
}

absl::Status Store::CountDrift(Transaction& transaction) {
  ASSIGN_OR_RETURN(Result accounts,
                   transaction.Execute("SELECT count(DISTINCT account_id) FROM drift"));
  metrics_.drift_accounts.Set(static_cast<double>(accounts.row(0).Int64(0)));
  return absl::OkStatus();
}

}  // namespace rialto::ledger
