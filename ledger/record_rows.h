// Records as rows to copy, columns as in schema/0003_transactions.sql.
#pragma once

#include <cstdint>

#include "common/postgres/copy_writer.h"
#include "ledger/records.h"

namespace rialto::ledger {

// `digest`: see StoredDigest(). 6 columns.
void Put(postgres::CopyWriter& rows, const TransactionRecord& transaction, int64_t digest);
// 10 columns.
void Put(postgres::CopyWriter& rows, Sequence sequence, const PostingRecord& posting);
// 14 columns.
void Put(postgres::CopyWriter& rows, Sequence sequence, const TradeRecord& trade);

}  // namespace rialto::ledger
