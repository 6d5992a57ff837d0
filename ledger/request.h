// The form of LedgerService's requests: what a caller may send, and what it means.
//
// InvalidArgument, message starting with the reason code: ACCOUNT_ID_REQUIRED, BAD_ACCOUNT_ID,
// ASSET_REQUIRED, BAD_ASSET, BAD_SEQUENCE_RANGE, BAD_PAGE_SIZE, PAGE_TOKEN_INVALID,
// PAGE_TOKEN_MISMATCH.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/read_store.h"
#include "ledger/statement_store.h"
#include "rialto/ledger/v1/ledger_service.pb.h"

namespace rialto::ledger {

inline constexpr int kPageSizeDefault = 100;
// Keeps an answer far below gRPC's message limit.
inline constexpr int kPageSizeMax = 1'000;

absl::Status CheckForm(const v1::GetBalanceRequest& request);
absl::StatusOr<BalanceQuery> ToQuery(const v1::ListBalancesRequest& request);
absl::StatusOr<EntryQuery> ToQuery(const v1::ListEntriesRequest& request);

// A statement that ends before it begins, and times below 0, are BAD_TIME; a moment given twice is
// BAD_MOMENT; neither id of a transaction, TRANSACTION_REQUIRED.
absl::StatusOr<Moment> ToMoment(const v1::GetBalanceAtRequest& request);
absl::StatusOr<StatementQuery> ToQuery(const v1::StreamStatementRequest& request);
absl::Status CheckForm(const v1::GetTransactionRequest& request);
absl::Status CheckForm(const v1::GetTrialBalanceRequest& request);

// The page_token of the page after `last`, for the same request.
std::string NextPageToken(const v1::ListBalancesRequest& request, const BalanceRow& last);
std::string NextPageToken(const v1::ListEntriesRequest& request, const EntryRow& last);

}  // namespace rialto::ledger
