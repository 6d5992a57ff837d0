// What was owned when, statements, transactions and the trial balance, read from the tables.
//
// Every answer is one snapshot of the database. Postings never change, so that pages of a statement
// that were read one after the other are one statement. Failures: NOT_FOUND, OUT_OF_RANGE and
// UNAVAILABLE, message starting with a reason code. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/mirror/mirror_reader.h"
#include "ledger/read_store.h"

namespace rialto::ledger {

// A moment: after a command, or after everything up to a time; neither: the mirror's position.
struct Moment {
  Sequence sequence;
  int64_t time_ns = 0;  // Unix epoch.
};

struct BalanceAt {
  AssetRow asset;
  Amount owned;
  Sequence as_of;
  Sequence changed;   // 0: never.
  Sequence position;  // The mirror's.
  // After the last command up to `as_of` of which what was held is known.
  Amount available;
  Amount held;
  Sequence held_as_of;
};

struct StatementQuery {
  AccountId account_id;
  std::string asset;
  int64_t from_time_ns = 0;  // 0: the beginning.
  int64_t to_time_ns = 0;    // The first moment after it; 0: the mirror's position.
};

// A statement's frame. Its entries are those behind `opening_sequence` up to `closing_sequence`.
struct StatementFrame {
  AccountId account_id;
  std::string account_name;
  AssetRow asset;
  int64_t from_time_ns = 0;  // As in the query.
  int64_t to_time_ns = 0;
  Amount opening;
  Sequence opening_sequence;
  Amount closing;
  Sequence closing_sequence;
};

struct TransactionRow {
  Sequence sequence;
  int type = 0;  // rialto.ledger.v1.EntryKind.
  int64_t effective_ns = 0;
  int64_t booked_ns = 0;
  std::string request_id;
  std::vector<EntryRow> entries;      // By leg.
  std::vector<Sequence> reversed_by;  // What moved any of its transfers back.
  Sequence position;                  // The mirror's.
};

// Who owns an asset.
struct TrialLine {
  AccountId account_id;  // 0: all users.
  std::string name;
  absl::int128 owned = 0;
  absl::int128 held = 0;
};

struct TrialAsset {
  AssetRow asset;
  std::vector<TrialLine> lines;  // House accounts by id, then the users.
  absl::int128 credits = 0;      // Of everybody who owns.
  absl::int128 debits = 0;       // Of everybody who owes; not below 0.
};

struct TrialPage {
  std::vector<TrialAsset> assets;
  Sequence position;
};

class StatementStore {
 public:
  // `reader` outlives it.
  explicit StatementStore(MirrorReader& reader) : reader_(reader) {}

  absl::StatusOr<BalanceAt> ReadBalanceAt(AccountId account_id, const std::string& asset,
                                          const Moment& moment);
  absl::StatusOr<StatementFrame> ReadFrame(const StatementQuery& query);
  // The next entries behind `after` (sequence, leg); empty at the end.
  absl::StatusOr<std::vector<EntryRow>> ReadEntries(const StatementFrame& frame,
                                                    const PageKey& after);
  // By its sequence, or where that is 0 by the caller's id of a transfer.
  absl::StatusOr<TransactionRow> ReadTransaction(Sequence sequence,
                                                 const std::string& transaction_id);
  // `asset` empty: all.
  absl::StatusOr<TrialPage> ReadTrialBalance(const std::string& asset);

 private:
  MirrorReader& reader_;
};

}  // namespace rialto::ledger
