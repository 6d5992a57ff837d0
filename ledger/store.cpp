#include "ledger/store.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "ledger/schema_files.h"

namespace rialto::ledger {
namespace {

using engine::v1::CommandEvents;
using postgres::Result;
using postgres::Row;
using postgres::Transaction;

int64_t Signed(uint64_t id) { return static_cast<int64_t>(id); }
int32_t Signed(uint32_t id) { return static_cast<int32_t>(id); }

template <typename Id>
void PutOptional(postgres::CopyWriter& row, Id id) {
  if (id.value() == 0) {
    row.Null();
  } else {
    row.Int64(Signed(id.value()));
  }
}

absl::Status CopyAll(Transaction& transaction, const std::string& target,
                     const postgres::CopyWriter& rows) {
  return rows.empty() ? absl::OkStatus() : transaction.Copy(target, rows);
}

}  // namespace

const postgres::Schema& Store::schema() const { return kSchema; }

absl::Status Store::Load(Transaction& transaction) {
  catalog_ = Catalog();
  ASSIGN_OR_RETURN(
      Result assets,
      transaction.Execute("SELECT asset_id, symbol, scale FROM ledger.assets ORDER BY asset_id"));
  engine::v1::Event event;
  for (int i = 0; i < assets.row_count(); ++i) {
    const Row row = assets.row(i);
    auto& asset = *event.mutable_asset_created();
    asset.set_asset_id(static_cast<uint32_t>(row.Int64(0)));
    asset.set_symbol(std::string(row.Text(1)));
    asset.set_scale(static_cast<uint32_t>(row.Int64(2)));
    catalog_.Apply(event);
  }
  ASSIGN_OR_RETURN(Result instruments,
                   transaction.Execute("SELECT instrument_id, symbol, base_asset_id, quote_asset_id"
                                       " FROM ledger.instruments ORDER BY instrument_id"));
  for (int i = 0; i < instruments.row_count(); ++i) {
    const Row row = instruments.row(i);
    auto& instrument = *event.mutable_instrument_created();
    instrument.set_instrument_id(static_cast<uint32_t>(row.Int64(0)));
    instrument.set_symbol(std::string(row.Text(1)));
    instrument.set_base_asset_id(static_cast<uint32_t>(row.Int64(2)));
    instrument.set_quote_asset_id(static_cast<uint32_t>(row.Int64(3)));
    catalog_.Apply(event);
  }
  RETURN_IF_ERROR(CountBalances(transaction));
  return CountDrift(transaction);
}

// In pieces: there may be millions of rows.
absl::Status Store::CountBalances(Transaction& transaction) {
  constexpr int kRowsPerFetch = 50'000;
  mirror_ = BalanceMirror();
  RETURN_IF_ERROR(transaction
                      .Execute("DECLARE all_balances NO SCROLL CURSOR FOR"
                               " SELECT account_id, asset_id, available, held FROM ledger.balances")
                      .status());
  while (true) {
    ASSIGN_OR_RETURN(Result rows, transaction.Execute(
                                      absl::StrCat("FETCH ", kRowsPerFetch, " FROM all_balances")));
    for (int i = 0; i < rows.row_count(); ++i) {
      const Row row = rows.row(i);
      mirror_.Add(AccountId(static_cast<uint64_t>(row.Int64(0))),
                  AssetId(static_cast<uint32_t>(row.Int64(1))), Amount(row.Int64(2)),
                  Amount(row.Int64(3)));
    }
    if (rows.row_count() < kRowsPerFetch) break;
  }
  return transaction.Execute("CLOSE all_balances").status();
}

absl::Status Store::Apply(Transaction& transaction, CommandBatch commands) {
  for (postgres::CopyWriter* rows : {&assets_, &instruments_, &accounts_, &entries_}) rows->Clear();
  moves_.clear();
  for (const engine::v1::CommandEvents* command : commands) Note(*command);

  RETURN_IF_ERROR(WriteDefinitions(transaction));
  RETURN_IF_ERROR(CopyAll(transaction,
                          "ledger.entries (sequence, leg, account_id, asset_id, amount, kind,"
                          " trade_id, order_id, transaction_id, timestamp_ns)",
                          entries_));
  metrics_.entries_total.Increment(static_cast<double>(entries_.row_count()));
  if (!moves_.empty()) {
    RETURN_IF_ERROR(ProveBalances(transaction, Sequence(commands.back()->sequence())));
    RETURN_IF_ERROR(WriteBalances(transaction));
  }
  if (!commands.back()->has_checkpoint()) return absl::OkStatus();
  return CompareCheckpoint(transaction, *commands.back());
}

// The mirror is at the checkpoint's sequence: what differs is drift, whatever it came from.
absl::Status Store::CompareCheckpoint(Transaction& transaction, const CommandEvents& command) {
  const Differences found = mirror_.Compare(command.checkpoint());
  metrics_.checkpoints_total.Increment();
  if (!found.none()) {
    metrics_.checkpoint_mismatches_total.Increment();
    LOG_ERROR(
        "ledger_checkpoint_differs sequence={} wrong_buckets={} first_bucket={} wrong_assets={}",
        command.sequence(), found.buckets.size(),
        found.buckets.empty() ? -1 : found.buckets.front(), found.asset_ids.size());
  }
  return transaction
      .Execute(
          "INSERT INTO ledger.checkpoints (sequence, state_hash, wrong_buckets, wrong_assets)"
          " VALUES ($1, decode($2, 'hex'), $3, $4)",
          {Signed(command.sequence()), ToHex(command.checkpoint().state_hash()), found.buckets,
           found.asset_ids})
      .status();
}

void Store::Note(const engine::v1::CommandEvents& command) {
  // Definitions first: the command's own trades may need them.
  for (const engine::v1::Event& event : command.events()) {
    NoteEvent(event, Sequence(command.sequence()));
  }
  NoteEntries(command);
}

void Store::NoteEvent(const engine::v1::Event& event, Sequence sequence) {
  catalog_.Apply(event);
  if (event.has_asset_created()) {
    const auto& asset = event.asset_created();
    assets_.Row().Int32(Signed(asset.asset_id())).Text(asset.symbol()).Int32(Signed(asset.scale()));
  } else if (event.has_instrument_created()) {
    const auto& instrument = event.instrument_created();
    instruments_.Row()
        .Int32(Signed(instrument.instrument_id()))
        .Text(instrument.symbol())
        .Int32(Signed(instrument.base_asset_id()))
        .Int32(Signed(instrument.quote_asset_id()));
  } else if (event.has_account_opened()) {
    const auto& account = event.account_opened();
    accounts_.Row()
        .Int64(Signed(account.account_id()))
        .Text(account.name())
        .Int64(Signed(sequence.value()));
  } else if (event.has_balance_changed()) {
    const auto& balance = event.balance_changed();
    BalanceMove& move = moves_[{AccountId(balance.account_id()), AssetId(balance.asset_id())}];
    move.available = Amount(balance.available_units());
    move.held = Amount(balance.held_units());
    move.sequence = sequence;
  }
}

void Store::NoteEntries(const engine::v1::CommandEvents& command) {
  postings_.clear();
  AppendPostings(command, catalog_, postings_);
  int32_t leg = 0;
  for (const Posting& posting : postings_) {
    moves_[{posting.account_id, posting.asset_id}].entries_sum += posting.amount;
    entries_.Row()
        .Int64(Signed(command.sequence()))
        .Int32(leg++)
        .Int64(Signed(posting.account_id.value()))
        .Int32(Signed(posting.asset_id.value()))
        .Int64(posting.amount.value())
        .Text(EntryKindName(posting.kind));
    PutOptional(entries_, posting.trade_id);
    PutOptional(entries_, posting.order_id);
    if (posting.transaction_id.empty()) {
      entries_.Null();
    } else {
      entries_.Text(posting.transaction_id);
    }
    entries_.Int64(command.timestamp_ns());
  }
}

absl::Status Store::WriteDefinitions(Transaction& transaction) {
  RETURN_IF_ERROR(CopyAll(transaction, "ledger.assets (asset_id, symbol, scale)", assets_));
  RETURN_IF_ERROR(CopyAll(
      transaction, "ledger.instruments (instrument_id, symbol, base_asset_id, quote_asset_id)",
      instruments_));
  return CopyAll(transaction, "ledger.accounts (account_id, name, opened_sequence)", accounts_);
}

absl::Status Store::WriteBalances(Transaction& transaction) {
  std::vector<int64_t> account_ids, asset_ids, available, held, sequences;
  for (const auto& [key, move] : moves_) {
    if (move.sequence == Sequence()) continue;
    account_ids.push_back(Signed(key.account_id.value()));
    asset_ids.push_back(key.asset_id.value());
    available.push_back(move.available.value());
    held.push_back(move.held.value());
    sequences.push_back(Signed(move.sequence.value()));
  }
  return transaction
      .Execute(
          "INSERT INTO ledger.balances (account_id, asset_id, available, held, sequence)"
          " SELECT * FROM unnest($1, $2, $3, $4, $5)"
          " ON CONFLICT (account_id, asset_id) DO UPDATE SET available = excluded.available,"
          " held = excluded.held, sequence = excluded.sequence",
          {account_ids, asset_ids, available, held, sequences})
      .status();
}

// Compares, for every balance the batch touched, what the engine says with what was there before
// plus the entries. Reads the balances before they are overwritten.
absl::Status Store::ProveBalances(Transaction& transaction, Sequence last) {
  std::vector<int64_t> account_ids, asset_ids;
  for (const auto& [key, move] : moves_) {
    account_ids.push_back(Signed(key.account_id.value()));
    asset_ids.push_back(key.asset_id.value());
  }
  ASSIGN_OR_RETURN(
      Result before,
      transaction.Execute(
          "SELECT coalesce(available, 0), coalesce(held, 0)"
          " FROM unnest($1, $2) WITH ORDINALITY AS touched (account_id, asset_id, position)"
          " LEFT JOIN ledger.balances USING (account_id, asset_id) ORDER BY position",
          {account_ids, asset_ids}));
  int index = 0;
  bool is_drift_found = false;
  for (const auto& [key, move] : moves_) {
    const Amount available(before.row(index).Int64(0));
    const Amount held(before.row(index++).Int64(1));
    const Amount previous = available + held;
    if (move.sequence != Sequence()) {
      mirror_.Remove(key.account_id, key.asset_id, available, held);
      mirror_.Add(key.account_id, key.asset_id, move.available, move.held);
    }
    const Amount expected = previous + move.entries_sum;
    const Amount actual = move.sequence == Sequence() ? previous : move.available + move.held;
    if (actual == expected) continue;
    is_drift_found = true;
    LOG_ERROR("ledger_drift sequence={} account_id={} asset_id={} expected={} actual={}",
              last.value(), key.account_id.value(), key.asset_id.value(), expected.value(),
              actual.value());
    RETURN_IF_ERROR(transaction
                        .Execute("INSERT INTO ledger.drift VALUES ($1, $2, $3, $4, $5)",
                                 {last, key.account_id, key.asset_id, expected, actual})
                        .status());
  }
  return is_drift_found ? CountDrift(transaction) : absl::OkStatus();
}

absl::Status Store::CountDrift(Transaction& transaction) {
  ASSIGN_OR_RETURN(Result accounts,
                   transaction.Execute("SELECT count(DISTINCT account_id) FROM ledger.drift"));
  metrics_.drift_accounts.Set(static_cast<double>(accounts.row(0).Int64(0)));
  return absl::OkStatus();
}

}  // namespace rialto::ledger
