#include "ledger/history_request.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/paging/paging.h"
#include "ledger/request.h"

namespace rialto::ledger {
namespace {

// PostgreSQL's bigint; the venue's ids stay below.
constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();
constexpr PageSizes kPageSizes{.standard = kPageSizeDefault, .max = kPageSizeMax};

absl::Status CheckId(const char* code, uint64_t id) {
  if (id <= static_cast<uint64_t>(kEnd)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(code, ": ", id, " is beyond ", kEnd));
}

absl::Status CheckText(const char* code, const std::string& text) {
  if (absl::StatusOr<CallerId> id = CallerId::Parse(text); !id.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(code, ": ", id.status().message()));
  }
  return absl::OkStatus();
}

// What a token is bound to: the RPC and its filter.
std::string Filter(const v1::ListOrdersRequest& request) {
  return absl::StrCat("ListOrders/", request.account_id(), "/", request.instrument(), "/",
                      static_cast<int>(request.status()));
}

std::string Filter(const v1::ListTradesRequest& request) {
  return absl::StrCat("ListTrades/", request.account_id(), "/", request.instrument());
}

template <typename Request>
absl::StatusOr<PageKey> KeyOf(const Request& request) {
  if (request.page_token().empty()) return PageKey{kEnd, kEnd};
  ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                   DecodePageToken(Filter(request), request.page_token(), 2));
  return PageKey{key[0], key[1]};
}

}  // namespace

absl::StatusOr<OrderKey> ToKey(const v1::GetOrderRequest& request) {
  RETURN_IF_ERROR(CheckId("BAD_ORDER_ID", request.order_id()));
  RETURN_IF_ERROR(CheckId("BAD_ACCOUNT_ID", request.account_id()));
  if (request.order_id() == 0) {
    if (request.account_id() == 0 || request.client_order_id().empty()) {
      return absl::InvalidArgumentError(
          "ORDER_ID_REQUIRED: order_id, or account_id and client_order_id, must be given");
    }
    RETURN_IF_ERROR(CheckText("BAD_CLIENT_ORDER_ID", request.client_order_id()));
  }
  return OrderKey{.order_id = OrderId(request.order_id()),
                  .account_id = AccountId(request.account_id()),
                  .client_order_id = request.client_order_id()};
}

absl::StatusOr<OrderQuery> ToQuery(const v1::ListOrdersRequest& request) {
  if (request.account_id() == 0) {
    return absl::InvalidArgumentError("ACCOUNT_ID_REQUIRED: account_id must be above 0");
  }
  RETURN_IF_ERROR(CheckId("BAD_ACCOUNT_ID", request.account_id()));
  if (!request.instrument().empty()) {
    RETURN_IF_ERROR(CheckText("BAD_INSTRUMENT", request.instrument()));
  }
  if (!common::v1::OrderStatus_IsValid(request.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_STATUS: ", static_cast<int>(request.status()), " is no status"));
  }
  OrderQuery query{.account_id = AccountId(request.account_id()),
                   .instrument = request.instrument(),
                   .status = request.status()};
  ASSIGN_OR_RETURN(query.size, PageSize(request.page_size(), kPageSizes));
  ASSIGN_OR_RETURN(query.before, KeyOf(request));
  return query;
}

absl::StatusOr<TradeQuery> ToQuery(const v1::ListTradesRequest& request) {
  RETURN_IF_ERROR(CheckId("BAD_ACCOUNT_ID", request.account_id()));
  if (!request.instrument().empty()) {
    RETURN_IF_ERROR(CheckText("BAD_INSTRUMENT", request.instrument()));
  }
  TradeQuery query{.account_id = AccountId(request.account_id()),
                   .instrument = request.instrument()};
  ASSIGN_OR_RETURN(query.size, PageSize(request.page_size(), kPageSizes));
  ASSIGN_OR_RETURN(query.before, KeyOf(request));
  return query;
}

std::string NextPageToken(const v1::ListOrdersRequest& request, const OrderRow& last) {
  return EncodePageToken(Filter(request), {static_cast<int64_t>(PlacedBy(last.order_id).value()),
                                           static_cast<int64_t>(last.order_id.value())});
}

std::string NextPageToken(const v1::ListTradesRequest& request, const TradeRow& last) {
  return EncodePageToken(Filter(request), {static_cast<int64_t>(last.sequence.value()),
                                           static_cast<int64_t>(last.trade.trade_id.value())});
}

}  // namespace rialto::ledger
