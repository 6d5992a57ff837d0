// Rows of the ledger as messages: integers become decimals.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "ledger/statement_store.h"
#include "rialto/ledger/v1/ledger_service.pb.h"

namespace rialto::ledger {

// A key behind all legs of its sequence.
inline constexpr int64_t kLegsEnd = std::numeric_limits<int32_t>::max();

void ToProto(const EntryRow& row, v1::Entry& entry);
void ToProto(const TransactionRow& row, v1::Transaction& transaction);
void ToProto(const BalanceAt& balance, v1::GetBalanceAtResponse& response);
void ToProto(const TrialAsset& trial, v1::TrialBalance& balance);

// The parts of a statement in the format that was asked for.
class StatementParts {
 public:
  // `frame` outlives it.
  StatementParts(v1::StatementFormat format, const StatementFrame& frame)
      : format_(format), frame_(frame) {}

  v1::StreamStatementResponse Head() const;
  v1::StreamStatementResponse Entries(const std::vector<EntryRow>& rows) const;
  v1::StreamStatementResponse Foot(uint64_t entry_count) const;

 private:
  bool is_text() const {
    return format_ == v1::STATEMENT_FORMAT_CSV || format_ == v1::STATEMENT_FORMAT_HTML;
  }

  const v1::StatementFormat format_;
  const StatementFrame& frame_;
};

}  // namespace rialto::ledger
