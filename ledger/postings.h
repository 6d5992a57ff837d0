// Double entry of the engine's events.
//
// Every amount that leaves an account arrives in another: deposits come from the house account
// `external`, fees go to `fees` and rebates come from there, what rounding leaves goes to
// `rounding`; a transfer between accounts goes from one to the other when it is made or posted
// (what is pending is still its owner's: it is in the balances as held). Per command and asset the
// postings sum to zero; a command whose events cannot be so booked is a CHECK.
#pragma once

#include <string_view>
#include <vector>

#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/catalog/catalog.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::ledger {

inline constexpr AccountId kExternalAccount{1};
inline constexpr AccountId kFeesAccount{2};
inline constexpr AccountId kRoundingAccount{4};

enum class EntryKind { kDeposit, kWithdrawal, kTrade, kFee, kRounding, kTransfer, kReversal };

// "deposit", "withdrawal", "trade", "fee", "rounding", "transfer", "reversal".
std::string_view EntryKindName(EntryKind kind);

// One leg. Never of amount zero.
struct Posting {
  AccountId account_id;
  AssetId asset_id;
  Amount amount;  // Positive: the account received.
  EntryKind kind = EntryKind::kTrade;
  TradeId trade_id;  // 0: not of a trade.
  OrderId order_id;  // The account's own order; 0: none.
  // Of a transfer, else empty; they live as long as the event.
  std::string_view transaction_id;
  std::string_view reference;              // The caller's note.
  std::string_view target_transaction_id;  // What it moves back; else the pending one it posts.
};

// Appends the postings of one command. REQUIRES: `catalog` knows the instruments of its trades.
void AppendPostings(const engine::v1::CommandEvents& command, const Catalog& catalog,
                    std::vector<Posting>& postings);

}  // namespace rialto::ledger
