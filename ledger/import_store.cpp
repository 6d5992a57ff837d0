#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/status_macros.h"
#include "common/postgres/migrations.h"
#include "common/postgres/transaction.h"
#include "ledger/export_codec.h"
#include "ledger/export_store.h"
#include "ledger/ledger_batch.h"
#include "ledger/record_rows.h"
#include "ledger/schema_files.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Transaction;

int64_t Signed(uint64_t id) { return static_cast<int64_t>(id); }

int64_t PartitionOf(Sequence sequence) {
  return static_cast<int64_t>(sequence.value() / kPartitionCommands);
}

// What is read of a file goes into the tables, in one transaction.
class Import {
 public:
  explicit Import(Transaction& transaction) : transaction_(transaction) {}

  // `text` is what `line` was read from.
  absl::Status Take(const v1::ExportLine& line, std::string_view text) {
    if (!line.has_end()) lines_hash_.Add(text);
    if (has_ended_) return absl::DataLossError("there are lines behind the end");
    if (line.has_head() == has_begun_) return absl::DataLossError("the head is not the first line");
    switch (line.line_case()) {
      case v1::ExportLine::kHead:
        has_begun_ = true;
        return TakeHead(line.head());
      case v1::ExportLine::kAsset:
        return Insert("INSERT INTO assets VALUES ($1, $2, $3)",
                      {line.asset().asset_id(), line.asset().symbol(), line.asset().scale()});
      case v1::ExportLine::kInstrument:
        return TakeInstrument(line.instrument());
      case v1::ExportLine::kAccounts:
        return TakeAccounts(line.accounts());
      case v1::ExportLine::kBatch:
        return TakeBatch(line.batch());
      case v1::ExportLine::kBalances:
        return TakeBalances(line.balances());
      case v1::ExportLine::kEnd:
        return TakeEnd(line.end());
      case v1::ExportLine::kOrders:
        return TakeOrders(line.orders());
      case v1::ExportLine::LINE_NOT_SET:
        break;
    }
    return absl::DataLossError("a line of no kind");
  }

  absl::StatusOr<ExportSummary> Finish() {
    if (!has_ended_) return absl::DataLossError("the file ends before its end");
    RETURN_IF_ERROR(
        Insert("INSERT INTO follower_position VALUES ('ledger', $1)", {summary_.sequence}));
    return summary_;
  }

 private:
  absl::Status Insert(const std::string& sql, const std::vector<postgres::Value>& values) {
    return transaction_.Execute(sql, values).status();
  }

  absl::Status TakeHead(const v1::ExportHead& head) {
    summary_.sequence = head.sequence();
    format_ = head.format();
    if (format_ == 1 || format_ == 2) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("format ", format_, ", not 1 or 2"));
  }

  absl::Status TakeInstrument(const v1::ExportInstrument& instrument) {
    return Insert(
        "INSERT INTO instruments VALUES ($1, $2, $3, $4, $5, $6)",
        {instrument.instrument_id(), instrument.symbol(), instrument.base_asset_id(),
         instrument.quote_asset_id(), instrument.tick_size_e12(), instrument.lot_size_units()});
  }

  absl::Status TakeAccounts(const v1::ExportAccounts& accounts) {
    std::vector<int64_t> ids, opened;
    std::vector<std::string> names;
    for (const v1::ExportAccount& account : accounts.accounts()) {
      ids.push_back(Signed(account.account_id()));
      names.push_back(account.name());
      opened.push_back(Signed(account.opened_sequence()));
    }
    return Insert(
        "INSERT INTO accounts SELECT * FROM unnest($1, $2, $3)"
        " ON CONFLICT DO NOTHING",  // The house's are there.
        {ids, names, opened});
  }

  absl::Status TakeBalances(const v1::ExportBalances& balances) {
    postgres::CopyWriter rows(5);
    for (const v1::ExportBalance& balance : balances.balances()) {
      rows.Row()
          .Int64(Signed(balance.account_id()))
          .Int32(static_cast<int32_t>(balance.asset_id()))
          .Int64(balance.available())
          .Int64(balance.held())
          .Int64(Signed(balance.sequence()));
    }
    return transaction_.Copy("balances", rows);
  }

  absl::Status TakeOrders(const v1::ExportOrders& orders) {
    std::map<int64_t, PartitionRows> partitions;
    for (const v1::ExportOrder& from : orders.orders()) {
      const OrderChange order = FromExport(from);
      Put(partitions[PartitionOf(PlacedBy(order.order_id))].orders, order);
    }
    summary_.orders += orders.orders_size();
    return Write(partitions);
  }

  absl::Status Write(const std::map<int64_t, PartitionRows>& partitions) {
    for (const auto& [number, rows] : partitions) {
      RETURN_IF_ERROR(Insert("SELECT open_partition($1)", {number}));
      for (const auto& [table, copy] : {std::pair{"transactions_", &rows.transactions},
                                        {"postings_", &rows.postings},
                                        {"trades_", &rows.trades},
                                        {"holds_", &rows.holds},
                                        {"orders_", &rows.orders}}) {
        if (copy->empty()) continue;
        RETURN_IF_ERROR(transaction_.Copy(absl::StrCat(table, number), *copy));
      }
    }
    return absl::OkStatus();
  }

  absl::Status TakeBatch(const v1::ExportBatch& batch) {
    const Sequence last(batch.last_sequence());
    const auto wrong = [&](const char* what) {
      return absl::DataLossError(absl::StrCat("batch ", last.value(), ": ", what));
    };
    if (Sequence(batch.first_sequence()) != chain_.first_sequence() ||
        batch.previous_hash() != BytesOf(chain_.last())) {
      return wrong("it does not follow on the batch before");
    }
    std::map<int64_t, PartitionRows> partitions;
    int64_t postings = 0;
    for (const v1::ExportTransaction& from : batch.transactions()) {
      PutTransaction(from, partitions[PartitionOf(Sequence(from.sequence()))]);
      postings += from.postings_size();
    }
    for (const v1::ExportHold& from : batch.holds()) {
      const HoldRecord hold = FromExport(from);
      chain_.Add(hold);
      Put(partitions[PartitionOf(hold.sequence)].holds, hold);
    }
    const Digest previous = chain_.last();
    const int64_t transactions = chain_.transaction_count();
    const Sequence first = chain_.first_sequence();
    if (BytesOf(chain_.Close(last)) != batch.hash()) {
      return wrong("its hash is not that of its transactions");
    }
    ++summary_.batches;
    summary_.postings += postings;
    RETURN_IF_ERROR(Write(partitions));
    std::optional<int64_t> hold_count;
    if (format_ > 1 && !batch.holds_not_kept()) hold_count = batch.holds_size();
    return Insert(
        "INSERT INTO batches VALUES ($1, $2, $3, $4, decode($5, 'hex'), decode($6, 'hex'), $7)",
        {last, first, transactions, postings, ToHex(BytesOf(previous)), ToHex(batch.hash()),
         hold_count});
  }

  void PutTransaction(const v1::ExportTransaction& from, PartitionRows& rows) {
    const TransactionRecord transaction = FromExport(from);
    digest_.Begin(transaction);
    int32_t leg = 0;
    for (const v1::ExportPosting& posting : from.postings()) {
      const PostingRecord record = FromExport(posting, leg++);
      digest_.Add(record);
      Put(rows.postings, transaction.sequence, record);
    }
    for (const v1::ExportTrade& trade : from.trades()) {
      const TradeRecord record = FromExport(trade);
      digest_.Add(record);
      Put(rows.trades, transaction.sequence, record);
    }
    const Digest digest = digest_.Finish();
    chain_.Add(digest);
    Put(rows.transactions, transaction, StoredDigest(digest));
  }

  absl::Status TakeEnd(const v1::ExportEnd& end) {
    has_ended_ = true;
    summary_.hash = chain_.last();
    summary_.lines_hash = lines_hash_.value();
    if (end.batches() != summary_.batches || end.postings() != summary_.postings ||
        end.orders() != summary_.orders || end.hash() != BytesOf(summary_.hash)) {
      return absl::DataLossError("the end does not fit what was before it");
    }
    if (format_ == 1 || end.lines_hash() == BytesOf(lines_hash_.value())) return absl::OkStatus();
    return absl::DataLossError("the hash of the lines is another: one of them was changed");
  }

  Transaction& transaction_;
  ExportSummary summary_;
  BatchChain chain_;
  TransactionDigest digest_;
  LinesHash lines_hash_;
  uint32_t format_ = 0;
  bool has_begun_ = false;
  bool has_ended_ = false;
};

absl::StatusOr<ExportSummary> ImportLines(Transaction& transaction,
                                          const std::function<bool(std::string&)>& read) {
  Import import(transaction);
  std::string text;
  for (int64_t number = 1; read(text); ++number) {
    const absl::StatusOr<v1::ExportLine> line = ParseLine(text);
    const absl::Status taken = line.ok() ? import.Take(*line, text) : line.status();
    if (taken.ok()) continue;
    return absl::Status(taken.code(), absl::StrCat("line ", number, ": ", taken.message()));
  }
  return import.Finish();
}

}  // namespace

absl::StatusOr<ExportSummary> ImportLedger(postgres::Connection& connection,
                                           const std::string& schema,
                                           const std::function<bool(std::string&)>& read) {
  ASSIGN_OR_RETURN(const Result there,
                   connection.Execute("SELECT 1 FROM pg_namespace WHERE nspname = $1", {schema}));
  if (!there.empty()) {
    return absl::AlreadyExistsError(absl::StrCat("schema ", schema, " is there already"));
  }
  const postgres::Schema target{schema, kSchema.migrations, kSchema.migration_count};
  RETURN_IF_ERROR(postgres::Migrate(connection, target));
  RETURN_IF_ERROR(connection.ExecuteScript(
      absl::StrCat("SET search_path = ", schema,
                   "; CREATE TABLE follower_position (name text PRIMARY KEY,"
                   " sequence bigint NOT NULL)")));
  absl::StatusOr<ExportSummary> summary = absl::InternalError("nothing was read");
  {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(connection));
    summary = ImportLines(transaction, read);
    if (summary.ok()) {
      if (absl::Status committed = transaction.Commit(); !committed.ok()) summary = committed;
    }
  }
  if (!summary.ok()) {
    RETURN_IF_ERROR(connection.ExecuteScript(absl::StrCat("DROP SCHEMA ", schema, " CASCADE")));
  }
  return summary;
}

}  // namespace rialto::ledger
