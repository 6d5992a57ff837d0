// Records as rows to copy, columns as in schema/0003_transactions.sql and 0006_holds.sql.
#pragma once

#include <cstdint>

#include "common/postgres/copy_writer.h"
#include "ledger/order_changes.h"
#include "ledger/records.h"

namespace rialto::ledger {

// `digest`: see StoredDigest(). 6 columns.
void Put(postgres::CopyWriter& rows, const TransactionRecord& transaction, int64_t digest);
// 12 columns.
void Put(postgres::CopyWriter& rows, Sequence sequence, const PostingRecord& posting);
// 14 columns.
void Put(postgres::CopyWriter& rows, Sequence sequence, const TradeRecord& trade);
// 6 columns.
void Put(postgres::CopyWriter& rows, const HoldRecord& hold);
// 23 columns. REQUIRES: `order` has a form: it is a whole row.
void Put(postgres::CopyWriter& rows, const OrderChange& order);

}  // namespace rialto::ledger
