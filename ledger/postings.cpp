#include "ledger/postings.h"

#include <cstddef>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "common/base/check.h"

namespace rialto::ledger {
namespace {

using common::v1::ORDER_SIDE_BUY;

// One side of a trade.
struct Party {
  AccountId account_id;
  OrderId order_id;
};

void Append(Posting posting, std::vector<Posting>& postings) {
  if (posting.amount.value() != 0) postings.push_back(posting);
}

// Moves an amount between two accounts.
void AppendPair(Posting first, AccountId other, std::vector<Posting>& postings) {
  Posting second = first;
  second.account_id = other;
  second.amount = -first.amount;
  second.order_id = OrderId();
  Append(first, postings);
  Append(second, postings);
}

void AppendTrade(const engine::v1::Trade& trade, const Instrument& instrument,
                 std::vector<Posting>& postings) {
  Party buyer{AccountId(trade.taker_account_id()), OrderId(trade.taker_order_id())};
  Party seller{AccountId(trade.maker_account_id()), OrderId(trade.maker_order_id())};
  if (trade.taker_side() != ORDER_SIDE_BUY) std::swap(buyer, seller);

  const auto leg = [&](const Party& party, AssetId asset_id, int64_t amount_units) {
    return Posting{.account_id = party.account_id,
                   .asset_id = asset_id,
                   .amount = Amount(amount_units),
                   .trade_id = TradeId(trade.trade_id()),
                   .order_id = party.order_id};
  };
  const AssetId base = instrument.base.id;
  const AssetId quote = instrument.quote.id;
  Append(leg(seller, base, -trade.base_units()), postings);
  Append(leg(buyer, base, trade.base_units()), postings);
  Append(leg(buyer, quote, -trade.buyer_cost_units()), postings);
  Append(leg(seller, quote, trade.seller_gross_units()), postings);

  Posting rounding = leg({kRoundingAccount, OrderId()}, quote,
                         trade.buyer_cost_units() - trade.seller_gross_units());
  rounding.kind = EntryKind::kRounding;
  Append(rounding, postings);

  for (Posting fee : {leg(buyer, quote, -trade.buyer_fee_units()),
                      leg(seller, quote, -trade.seller_fee_units())}) {
    fee.kind = EntryKind::kFee;
    AppendPair(fee, kFeesAccount, postings);
  }
}

template <typename Transfer>
Posting TransferPosting(const Transfer& transfer, EntryKind kind) {
  return {.account_id = AccountId(transfer.account_id()),
          .asset_id = AssetId(transfer.asset_id()),
          .amount = Amount(transfer.amount_units()),
          .kind = kind,
          .transaction_id = transfer.transaction_id()};
}

EntryKind EntryKindOf(const engine::v1::Transferred& made) {
  return made.reverses().empty() ? EntryKind::kTransfer : EntryKind::kReversal;
}
EntryKind EntryKindOf(const engine::v1::PendingResolved&) { return EntryKind::kTransfer; }

// What goes from one account to another. To or from the outside it is what a withdrawal or deposit
// in one step is.
template <typename Event>
void AppendTransfer(const Event& event, int64_t amount_units, std::string_view target,
                    std::vector<Posting>& postings) {
  const AccountId debit(event.debit_account_id());
  const AccountId credit(event.credit_account_id());
  EntryKind kind = EntryKindOf(event);
  if (kind == EntryKind::kTransfer && credit == kExternalAccount) kind = EntryKind::kWithdrawal;
  if (kind == EntryKind::kTransfer && debit == kExternalAccount) kind = EntryKind::kDeposit;
  AppendPair({.account_id = debit,
              .asset_id = AssetId(event.asset_id()),
              .amount = -Amount(amount_units),
              .kind = kind,
              .transaction_id = event.transaction_id(),
              .reference = event.reference(),
              .target_transaction_id = target},
             credit, postings);
}

void CheckBalanced(absl::Span<const Posting> postings) {
  absl::InlinedVector<std::pair<AssetId, absl::int128>, 4> sums;
  for (const Posting& posting : postings) {
    auto* sum = sums.begin();
    while (sum != sums.end() && sum->first != posting.asset_id) ++sum;
    if (sum == sums.end()) sum = &sums.emplace_back(posting.asset_id, 0);
    sum->second += posting.amount.value();
  }
  for (const auto& [asset_id, sum] : sums) CHECK(sum == 0);
}

}  // namespace

std::string_view EntryKindName(EntryKind kind) {
  switch (kind) {
    case EntryKind::kDeposit:
      return "deposit";
    case EntryKind::kWithdrawal:
      return "withdrawal";
    case EntryKind::kTrade:
      return "trade";
    case EntryKind::kFee:
      return "fee";
    case EntryKind::kRounding:
      return "rounding";
    case EntryKind::kTransfer:
      return "transfer";
    case EntryKind::kReversal:
      return "reversal";
  }
  CHECK(false);
}

void AppendPostings(const engine::v1::CommandEvents& command, const Catalog& catalog,
                    std::vector<Posting>& postings) {
  const size_t first = postings.size();
  for (const engine::v1::Event& event : command.events()) {
    if (event.has_deposited()) {
      AppendPair(TransferPosting(event.deposited(), EntryKind::kDeposit), kExternalAccount,
                 postings);
    } else if (event.has_withdrawn()) {
      Posting posting = TransferPosting(event.withdrawn(), EntryKind::kWithdrawal);
      posting.amount = -posting.amount;
      AppendPair(posting, kExternalAccount, postings);
    } else if (event.has_transferred()) {
      const engine::v1::Transferred& made = event.transferred();
      AppendTransfer(made, made.amount_units(), made.reverses(), postings);
    } else if (event.has_pending_resolved()) {
      const engine::v1::PendingResolved& resolved = event.pending_resolved();
      AppendTransfer(resolved, resolved.posted_units(), resolved.pending_transaction_id(),
                     postings);
    } else if (event.has_trade()) {
      const Instrument* instrument =
          catalog.FindInstrument(InstrumentId(event.trade().instrument_id()));
      CHECK(instrument != nullptr);
      AppendTrade(event.trade(), *instrument, postings);
    }
  }
  CheckBalanced(absl::MakeConstSpan(postings).subspan(first));
}

}  // namespace rialto::ledger
