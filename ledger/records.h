// Rows of the ledger that never change, as they are written, hashed, read and verified.
//
// Texts are the caller's: they live as long as the event or the database row they are of.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/base/ids.h"
#include "common/base/money.h"

namespace rialto::ledger {

// Commands of one partition of the tables that grow; see schema/0003_transactions.sql.
inline constexpr uint64_t kPartitionCommands = 5'000'000;

// What one command did to money. Its postings and trades have its sequence.
struct TransactionRecord {
  Sequence sequence;
  int16_t type = 0;  // Of its first posting.
  int64_t effective_ns = 0;
  int64_t booked_ns = 0;
  std::string_view request_id;  // Empty: none.
};

struct PostingRecord {
  int32_t leg = 0;  // From 0 within the sequence.
  AccountId account_id;
  AssetId asset_id;
  Amount amount;
  Amount owned;      // What the account owns of the asset after it, held included.
  int16_t kind = 0;  // rialto.ledger.v1.EntryKind.
  TradeId trade_id;
  OrderId order_id;
  std::string_view transaction_id;
  std::string_view reference;              // The caller's note on a transfer; empty: none.
  std::string_view target_transaction_id;  // What it moves back, or else posts; empty: nothing.
};

struct TradeRecord {
  TradeId trade_id;
  int64_t timestamp_ns = 0;
  int64_t price_ticks = 0;
  int64_t quantity_lots = 0;
  int64_t quote_units = 0;  // Paid by the buyer before fees.
  OrderId taker_order_id;
  AccountId taker_account_id;
  OrderId maker_order_id;
  AccountId maker_account_id;
  int64_t taker_fee_units = 0;
  int64_t maker_fee_units = 0;
  InstrumentId instrument_id;
  int16_t taker_side = 0;  // rialto.common.v1.OrderSide.
};

// What was held of a balance from `sequence` on. Between `first_sequence` and that it changed, once
// or more.
struct HoldRecord {
  Sequence sequence;
  Sequence first_sequence;
  int64_t effective_ns = 0;  // Of `sequence`.
  AccountId account_id;
  AssetId asset_id;
  Amount held;
};

}  // namespace rialto::ledger
