#include "ledger/audit_store.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "ledger/balance_rows_store.h"
#include "ledger/cursor_rows_store.h"

namespace rialto::ledger {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

template <typename Id>
Id IdAt(const Row& row, int column) {
  return row.IsNull(column) ? Id() : Id(static_cast<typename Id::rep>(row.Int64(column)));
}

std::string_view TextAt(const Row& row, int column) {
  return row.IsNull(column) ? std::string_view() : row.Text(column);
}

constexpr char kBatches[] =
    "SELECT first_sequence, last_sequence, transaction_count, posting_count,"
    " encode(previous_hash, 'hex'), encode(hash, 'hex'), hold_count FROM batches"
    " ORDER BY last_sequence";
constexpr char kTransactions[] =
    "SELECT sequence, type, effective_ns, booked_ns, digest, request_id FROM transactions"
    " ORDER BY sequence";
constexpr char kPostings[] =
    "SELECT sequence, leg, account_id, asset_id, amount, owned, kind, trade_id, order_id,"
    " transaction_id, reference, target_transaction_id FROM postings ORDER BY sequence, leg";
constexpr char kTrades[] =
    "SELECT sequence, trade_id, timestamp_ns, price_ticks, quantity_lots, quote_units,"
    " taker_order_id, taker_account_id, maker_order_id, maker_account_id, taker_fee_units,"
    " maker_fee_units, instrument_id, taker_side FROM trades ORDER BY sequence, trade_id";
constexpr char kHolds[] =
    "SELECT sequence, first_sequence, effective_ns, account_id, asset_id, held FROM holds"
    " ORDER BY sequence, account_id, asset_id";

absl::StatusOr<BatchRow> BatchAt(const Row& row) {
  BatchRow batch{.first_sequence = IdAt<Sequence>(row, 0),
                 .last_sequence = IdAt<Sequence>(row, 1),
                 .transaction_count = row.Int64(2),
                 .posting_count = row.Int64(3),
                 .hold_count = row.IsNull(6) ? kHoldsNotKept : row.Int64(6)};
  // A hash of another length is no hash that was written: all zero.
  const absl::StatusOr<Digest> previous = DigestFromHex(row.Text(4));
  const absl::StatusOr<Digest> hash = DigestFromHex(row.Text(5));
  if (previous.ok()) batch.previous_hash = *previous;
  if (hash.ok()) batch.hash = *hash;
  return batch;
}

TransactionRecord TransactionAt(const Row& row) {
  return {.sequence = IdAt<Sequence>(row, 0),
          .type = static_cast<int16_t>(row.Int64(1)),
          .effective_ns = row.Int64(2),
          .booked_ns = row.Int64(3),
          .request_id = TextAt(row, 5)};
}

PostingRecord PostingAt(const Row& row) {
  return {.leg = static_cast<int32_t>(row.Int64(1)),
          .account_id = IdAt<AccountId>(row, 2),
          .asset_id = IdAt<AssetId>(row, 3),
          .amount = Amount(row.Int64(4)),
          .owned = Amount(row.Int64(5)),
          .kind = static_cast<int16_t>(row.Int64(6)),
          .trade_id = IdAt<TradeId>(row, 7),
          .order_id = IdAt<OrderId>(row, 8),
          .transaction_id = TextAt(row, 9),
          .reference = TextAt(row, 10),
          .target_transaction_id = TextAt(row, 11)};
}

TradeRecord TradeAt(const Row& row) {
  return {.trade_id = IdAt<TradeId>(row, 1),
          .timestamp_ns = row.Int64(2),
          .price_ticks = row.Int64(3),
          .quantity_lots = row.Int64(4),
          .quote_units = row.Int64(5),
          .taker_order_id = IdAt<OrderId>(row, 6),
          .taker_account_id = IdAt<AccountId>(row, 7),
          .maker_order_id = IdAt<OrderId>(row, 8),
          .maker_account_id = IdAt<AccountId>(row, 9),
          .taker_fee_units = row.Int64(10),
          .maker_fee_units = row.Int64(11),
          .instrument_id = IdAt<InstrumentId>(row, 12),
          .taker_side = static_cast<int16_t>(row.Int64(13))};
}

HoldRecord HoldAt(const Row& row) {
  return {.sequence = IdAt<Sequence>(row, 0),
          .first_sequence = IdAt<Sequence>(row, 1),
          .effective_ns = row.Int64(2),
          .account_id = IdAt<AccountId>(row, 3),
          .asset_id = IdAt<AssetId>(row, 4),
          .held = Amount(row.Int64(5))};
}

absl::StatusOr<absl::flat_hash_set<BalanceKey>> ReadExplained(Transaction& transaction) {
  ASSIGN_OR_RETURN(Result rows,
                   transaction.Execute("SELECT DISTINCT account_id, asset_id FROM drift"));
  absl::flat_hash_set<BalanceKey> explained;
  for (int i = 0; i < rows.row_count(); ++i) {
    explained.insert({IdAt<AccountId>(rows.row(i), 0), IdAt<AssetId>(rows.row(i), 1)});
  }
  return explained;
}

// The five tables.
struct Tables {
  CursorRows batches;
  CursorRows transactions;
  CursorRows postings;
  CursorRows trades;
  CursorRows holds;
};

absl::StatusOr<Tables> OpenTables(Transaction& transaction) {
  ASSIGN_OR_RETURN(CursorRows batches, CursorRows::Open(transaction, "batch_rows", kBatches));
  ASSIGN_OR_RETURN(CursorRows transactions,
                   CursorRows::Open(transaction, "transaction_rows", kTransactions));
  ASSIGN_OR_RETURN(CursorRows postings, CursorRows::Open(transaction, "posting_rows", kPostings));
  ASSIGN_OR_RETURN(CursorRows trades, CursorRows::Open(transaction, "trade_rows", kTrades));
  ASSIGN_OR_RETURN(CursorRows holds, CursorRows::Open(transaction, "hold_rows", kHolds));
  for (CursorRows* rows : {&batches, &transactions, &postings, &trades, &holds}) {
    RETURN_IF_ERROR(rows->Advance());
  }
  return Tables{std::move(batches), std::move(transactions), std::move(postings), std::move(trades),
                std::move(holds)};
}

// Walks them side by side.
class Walk {
 public:
  Walk(RowVisitor& visitor, Tables tables) : visitor_(visitor), tables_(std::move(tables)) {}

  absl::Status Run(const std::function<void(int64_t)>& progress) {
    while (!tables_.batches.at_end()) {
      ASSIGN_OR_RETURN(const BatchRow batch, BatchAt(tables_.batches.row()));
      RETURN_IF_ERROR(PassTransactionsBefore(batch.first_sequence));
      RETURN_IF_ERROR(PassHoldsBefore(batch.first_sequence));
      visitor_.BeginBatch(batch);
      while (!tables_.transactions.at_end() &&
             SequenceAt(tables_.transactions) <= batch.last_sequence) {
        RETURN_IF_ERROR(TakeTransaction());
        progress(postings_read_);
      }
      while (SequenceAt(tables_.holds) <= batch.last_sequence) {
        visitor_.Add(HoldAt(tables_.holds.row()));
        RETURN_IF_ERROR(tables_.holds.Advance());
      }
      visitor_.EndBatch();
      RETURN_IF_ERROR(tables_.batches.Advance());
    }
    RETURN_IF_ERROR(PassTransactionsBefore(kEnd));
    RETURN_IF_ERROR(PassHoldsBefore(kEnd));
    return PassRowsBefore(kEnd);
  }

 private:
  static constexpr Sequence kEnd{uint64_t{1} << 63};

  static Sequence SequenceAt(const CursorRows& rows) {
    return rows.at_end() ? kEnd : IdAt<Sequence>(rows.row(), 0);
  }

  absl::Status TakeTransaction() {
    const Sequence sequence = SequenceAt(tables_.transactions);
    RETURN_IF_ERROR(PassRowsBefore(sequence));
    const Row row = tables_.transactions.row();
    visitor_.BeginTransaction(TransactionAt(row), row.Int64(4));
    for (; SequenceAt(tables_.postings) == sequence; ++postings_read_) {
      visitor_.Add(PostingAt(tables_.postings.row()));
      RETURN_IF_ERROR(tables_.postings.Advance());
    }
    while (SequenceAt(tables_.trades) == sequence) {
      visitor_.Add(TradeAt(tables_.trades.row()));
      RETURN_IF_ERROR(tables_.trades.Advance());
    }
    visitor_.EndTransaction();
    return tables_.transactions.Advance();
  }

  // Transactions between two batches.
  absl::Status PassTransactionsBefore(Sequence end) {
    while (SequenceAt(tables_.transactions) < end) {
      visitor_.AddStrayTransaction(SequenceAt(tables_.transactions));
      RETURN_IF_ERROR(tables_.transactions.Advance());
    }
    return absl::OkStatus();
  }

  // Holds between two batches.
  absl::Status PassHoldsBefore(Sequence end) {
    while (SequenceAt(tables_.holds) < end) {
      visitor_.AddStrayHold(HoldAt(tables_.holds.row()));
      RETURN_IF_ERROR(tables_.holds.Advance());
    }
    return absl::OkStatus();
  }

  // Postings and trades between two transactions.
  absl::Status PassRowsBefore(Sequence end) {
    for (; SequenceAt(tables_.postings) < end; ++postings_read_) {
      visitor_.AddStrayPosting(SequenceAt(tables_.postings), PostingAt(tables_.postings.row()).leg);
      RETURN_IF_ERROR(tables_.postings.Advance());
    }
    while (SequenceAt(tables_.trades) < end) {
      visitor_.AddStrayTrade(SequenceAt(tables_.trades), TradeAt(tables_.trades.row()).trade_id);
      RETURN_IF_ERROR(tables_.trades.Advance());
    }
    return absl::OkStatus();
  }

  RowVisitor& visitor_;
  Tables tables_;
  int64_t postings_read_ = 0;
};

}  // namespace

absl::Status WalkLedger(Transaction& transaction, RowVisitor& visitor,
                        const AuditProgress& progress) {
  ASSIGN_OR_RETURN(Result total,
                   transaction.Execute("SELECT coalesce(sum(posting_count), 0)::bigint"
                                       " FROM batches"));
  const int64_t posting_count = total.row(0).Int64(0);
  ASSIGN_OR_RETURN(Tables tables, OpenTables(transaction));
  Walk walk(visitor, std::move(tables));
  int64_t shown = 0;
  return walk.Run([&](int64_t done) {
    if (!progress || done - shown < 10'000) return;
    shown = done;
    progress(done, posting_count);
  });
}

absl::StatusOr<AuditReport> AuditLedger(Transaction& transaction, const AuditProgress& progress) {
  ASSIGN_OR_RETURN(auto explained, ReadExplained(transaction));
  Audit audit(std::move(explained));
  RETURN_IF_ERROR(WalkLedger(transaction, audit, progress));
  RETURN_IF_ERROR(ForEachBalance(transaction, [&](const BalanceKey& key, const Balance& balance) {
    audit.AddBalance(key, balance);
  }));
  return audit.Finish();
}

}  // namespace rialto::ledger
