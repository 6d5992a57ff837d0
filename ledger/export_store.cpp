#include "ledger/export_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/postgres/transaction.h"
#include "ledger/cursor_rows_store.h"
#include "ledger/export_codec.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;
using v1::ExportLine;
using Write = std::function<absl::Status(std::string_view)>;

constexpr int kRowsPerLine = 1'000;

// One line a batch; stops writing at the first thing that is wrong.
class BatchLines : public RowVisitor {
 public:
  explicit BatchLines(const Write& write) : write_(write) {}

  const absl::Status& status() const { return status_; }
  const ExportSummary& summary() const { return summary_; }

  void BeginBatch(const BatchRow& batch) override {
    line_.Clear();
    batch_ = batch;
    ToExport(batch, *line_.mutable_batch());
    if (batch.previous_hash != chain_.last()) Spoil(0);
  }
  void BeginTransaction(const TransactionRecord& transaction, int64_t stored_digest) override {
    ToExport(transaction, *line_.mutable_batch()->add_transactions());
    digest_.Begin(transaction);
    stored_digest_ = stored_digest;
  }
  void Add(const PostingRecord& posting) override {
    if (posting.leg != transaction().postings_size()) Spoil(transaction().sequence());
    ToExport(posting, *transaction().add_postings());
    digest_.Add(posting);
    ++summary_.postings;
  }
  void Add(const TradeRecord& trade) override {
    ToExport(trade, *transaction().add_trades());
    digest_.Add(trade);
  }
  void EndTransaction() override {
    const Digest digest = digest_.Finish();
    if (StoredDigest(digest) != stored_digest_) Spoil(transaction().sequence());
    chain_.Add(digest);
  }
  void EndBatch() override {
    if (chain_.Close(batch_.last_sequence) != batch_.hash) Spoil(0);
    ++summary_.batches;
    summary_.hash = batch_.hash;
    if (status_.ok()) status_ = write_(ToLine(line_));
  }
  void Add(const HoldRecord& hold) override {
    ToExport(hold, *line_.mutable_batch()->add_holds());
    chain_.Add(hold);
  }
  void AddStrayTransaction(Sequence sequence) override { Spoil(sequence.value()); }
  void AddStrayPosting(Sequence sequence, int32_t) override { Spoil(sequence.value()); }
  void AddStrayTrade(Sequence sequence, TradeId) override { Spoil(sequence.value()); }
  void AddStrayHold(const HoldRecord& hold) override { Spoil(hold.sequence.value()); }

 private:
  v1::ExportTransaction& transaction() {
    auto& transactions = *line_.mutable_batch()->mutable_transactions();
    return transactions[transactions.size() - 1];
  }
  void Spoil(uint64_t sequence) {
    if (!status_.ok()) return;
    status_ = absl::DataLossError(absl::StrCat("the rows are not what the chain says, at batch ",
                                               batch_.last_sequence.value(), " sequence ", sequence,
                                               ": `rialto ledger verify` names all of it"));
  }

  const Write& write_;
  absl::Status status_;
  ExportSummary summary_;
  ExportLine line_;
  BatchRow batch_;
  BatchChain chain_;
  TransactionDigest digest_;
  int64_t stored_digest_ = 0;
};

uint32_t Small(const Row& row, int column) { return static_cast<uint32_t>(row.Int64(column)); }
uint64_t Id(const Row& row, int column) { return static_cast<uint64_t>(row.Int64(column)); }

absl::Status WriteDefinitions(Transaction& transaction, const Write& write) {
  ExportLine line;
  ASSIGN_OR_RETURN(const Result assets, transaction.Execute("SELECT asset_id, symbol, scale FROM"
                                                            " assets ORDER BY asset_id"));
  for (int i = 0; i < assets.row_count(); ++i) {
    v1::ExportAsset& asset = *line.mutable_asset();
    asset.set_asset_id(Small(assets.row(i), 0));
    asset.set_symbol(std::string(assets.row(i).Text(1)));
    asset.set_scale(Small(assets.row(i), 2));
    RETURN_IF_ERROR(write(ToLine(line)));
  }
  ASSIGN_OR_RETURN(const Result instruments,
                   transaction.Execute(
                       "SELECT instrument_id, symbol, base_asset_id, quote_asset_id, tick_size_e12,"
                       " lot_size_units FROM instruments ORDER BY instrument_id"));
  for (int i = 0; i < instruments.row_count(); ++i) {
    const Row row = instruments.row(i);
    v1::ExportInstrument& instrument = *line.mutable_instrument();
    instrument.set_instrument_id(Small(row, 0));
    instrument.set_symbol(std::string(row.Text(1)));
    instrument.set_base_asset_id(Small(row, 2));
    instrument.set_quote_asset_id(Small(row, 3));
    instrument.set_tick_size_e12(row.Int64(4));
    instrument.set_lot_size_units(row.Int64(5));
    RETURN_IF_ERROR(write(ToLine(line)));
  }
  return absl::OkStatus();
}

// Rows of a query, kRowsPerLine to a line.
absl::Status WriteRows(CursorRows rows, const Write& write,
                       const std::function<int(ExportLine&, const Row&)>& add) {
  ExportLine line;
  int in_line = 0;
  RETURN_IF_ERROR(rows.Advance());
  while (!rows.at_end()) {
    in_line = add(line, rows.row());
    RETURN_IF_ERROR(rows.Advance());
    if (in_line < kRowsPerLine) continue;
    RETURN_IF_ERROR(write(ToLine(line)));
    line.Clear();
    in_line = 0;
  }
  return in_line == 0 ? absl::OkStatus() : write(ToLine(line));
}

absl::Status WriteAccounts(Transaction& transaction, const Write& write) {
  ASSIGN_OR_RETURN(CursorRows rows,
                   CursorRows::Open(transaction, "account_rows",
                                    "SELECT account_id, name, opened_sequence FROM accounts"
                                    " ORDER BY account_id"));
  return WriteRows(std::move(rows), write, [](ExportLine& line, const Row& row) {
    v1::ExportAccount& account = *line.mutable_accounts()->add_accounts();
    account.set_account_id(Id(row, 0));
    account.set_name(std::string(row.Text(1)));
    account.set_opened_sequence(Id(row, 2));
    return line.accounts().accounts_size();
  });
}

absl::Status WriteBalances(Transaction& transaction, const Write& write) {
  ASSIGN_OR_RETURN(CursorRows rows,
                   CursorRows::Open(transaction, "balance_rows",
                                    "SELECT account_id, asset_id, available, held, sequence FROM"
                                    " balances ORDER BY account_id, asset_id"));
  return WriteRows(std::move(rows), write, [](ExportLine& line, const Row& row) {
    v1::ExportBalance& balance = *line.mutable_balances()->add_balances();
    balance.set_account_id(Id(row, 0));
    balance.set_asset_id(Small(row, 1));
    balance.set_available(row.Int64(2));
    balance.set_held(row.Int64(3));
    balance.set_sequence(Id(row, 4));
    return line.balances().balances_size();
  });
}

absl::StatusOr<int64_t> WriteOrders(Transaction& transaction, const Write& write) {
  ASSIGN_OR_RETURN(
      CursorRows rows,
      CursorRows::Open(transaction, "order_rows",
                       absl::StrCat(kSelectOrders, " FROM orders ORDER BY sequence, order_id")));
  int64_t count = 0;
  RETURN_IF_ERROR(WriteRows(std::move(rows), write, [&](ExportLine& line, const Row& row) {
    ++count;
    ToExport(OrderAt(row), *line.mutable_orders()->add_orders());
    return line.orders().orders_size();
  }));
  return count;
}

}  // namespace

absl::StatusOr<ExportSummary> ExportLedger(postgres::Connection& connection,
                                           const std::string& schema, const Write& write_line) {
  LinesHash lines_hash;
  const Write write = [&](std::string_view line) {
    lines_hash.Add(line);
    return write_line(line);
  };
  RETURN_IF_ERROR(connection.ExecuteScript(absl::StrCat("SET search_path = ", schema)));
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(connection));
  RETURN_IF_ERROR(
      transaction.ExecuteScript("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
  ASSIGN_OR_RETURN(const Result position,
                   transaction.Execute("SELECT sequence FROM follower_position"));
  if (position.empty()) return absl::UnavailableError("the mirror has no position yet");
  ExportLine line;
  line.mutable_head()->set_format(2);
  line.mutable_head()->set_sequence(Id(position.row(0), 0));
  RETURN_IF_ERROR(write(ToLine(line)));
  RETURN_IF_ERROR(WriteDefinitions(transaction, write));
  RETURN_IF_ERROR(WriteAccounts(transaction, write));
  BatchLines batches(write);
  RETURN_IF_ERROR(WalkLedger(transaction, batches));
  RETURN_IF_ERROR(batches.status());
  RETURN_IF_ERROR(WriteBalances(transaction, write));
  ExportSummary summary = batches.summary();
  ASSIGN_OR_RETURN(summary.orders, WriteOrders(transaction, write));
  summary.sequence = Id(position.row(0), 0);
  v1::ExportEnd& end = *line.mutable_end();
  end.set_batches(summary.batches);
  end.set_postings(summary.postings);
  end.set_hash(std::string(BytesOf(summary.hash)));
  summary.lines_hash = lines_hash.value();
  end.set_lines_hash(std::string(BytesOf(summary.lines_hash)));
  end.set_orders(summary.orders);
  RETURN_IF_ERROR(write_line(ToLine(line)));
  return summary;
}

}  // namespace rialto::ledger
