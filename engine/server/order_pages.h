// Pages of open orders, of an account or of an instrument. Bounded work per page, on the writer
// thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "common/catalog/catalog.h"
#include "engine/core/engine.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "rialto/common/v1/order.pb.h"

namespace rialto::engine {

struct PageRequest {
  int32_t size = 0;
  std::string token;
};

struct OrderPage {
  google::protobuf::RepeatedPtrField<common::v1::OrderView> orders;
  std::string next_token;  // Empty: the last page.

  template <typename Response>
  void MoveTo(Response& response) {
    response.mutable_orders()->Swap(&orders);
    response.set_next_page_token(next_token);
  }
};

// Oldest first. NotFound UNKNOWN_ACCOUNT; InvalidArgument as in common/paging.
absl::StatusOr<OrderPage> ListAccountOrders(const Engine& engine, const Catalog& catalog,
                                            AccountId account_id, const PageRequest& request);

// Bids, then asks, each best price first and oldest first, then those in no book by id. When the
// order a page ended with is gone, the next page begins with all orders of its price.
// REQUIRES: the instrument exists.
absl::StatusOr<OrderPage> ListInstrumentOrders(const Engine& engine, const Catalog& catalog,
                                               InstrumentId id, const PageRequest& request);

}  // namespace rialto::engine
