// The form of HistoryService's requests: what a caller may send, and what it means.
//
// InvalidArgument, message starting with the reason code: ORDER_ID_REQUIRED, ACCOUNT_ID_REQUIRED,
// BAD_ACCOUNT_ID, BAD_ORDER_ID, BAD_CLIENT_ORDER_ID, BAD_INSTRUMENT, BAD_STATUS, BAD_PAGE_SIZE,
// PAGE_TOKEN_INVALID, PAGE_TOKEN_MISMATCH.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "ledger/history_store.h"
#include "rialto/ledger/v1/history_service.pb.h"

namespace rialto::ledger {

absl::StatusOr<OrderKey> ToKey(const v1::GetOrderRequest& request);
absl::StatusOr<OrderQuery> ToQuery(const v1::ListOrdersRequest& request);
absl::StatusOr<TradeQuery> ToQuery(const v1::ListTradesRequest& request);

// The page_token of the page after `last`, for the same request.
std::string NextPageToken(const v1::ListOrdersRequest& request, const OrderRow& last);
std::string NextPageToken(const v1::ListTradesRequest& request, const TradeRow& last);

}  // namespace rialto::ledger
