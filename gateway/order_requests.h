// What callers of OrderService ask, as commands of the order stream.
//
// Form only: InvalidArgument with a reason code first, as in common/catalog. Entries of a batch are
// named by their place, from 0.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/catalog/catalog.h"
#include "rialto/engine/v1/order_service.pb.h"
#include "rialto/gateway/v1/order_service.pb.h"

namespace rialto::gateway {

absl::StatusOr<engine::v1::OrderCommand> ToCommand(const Catalog& catalog,
                                                   const v1::PlaceOrderRequest& request);
absl::StatusOr<engine::v1::OrderCommand> ToCommand(const Catalog& catalog,
                                                   const v1::PlaceOrderListRequest& request);
absl::StatusOr<engine::v1::OrderCommand> ToCommand(const Catalog& catalog,
                                                   const v1::CancelOrderRequest& request);
absl::StatusOr<engine::v1::OrderCommand> ToCommand(const Catalog& catalog,
                                                   const v1::AmendOrderRequest& request);
absl::StatusOr<engine::v1::OrderCommand> ToCommand(const Catalog& catalog,
                                                   const v1::ReplaceOrderRequest& request);
absl::StatusOr<engine::v1::OrderCommand> ToCommand(const Catalog& catalog,
                                                   const v1::MassCancelOrdersRequest& request);
absl::StatusOr<engine::v1::OrderCommand> ToCommand(const Catalog& catalog,
                                                   const v1::CancelAllAfterRequest& request);

absl::StatusOr<std::vector<engine::v1::OrderCommand>> ToCommands(
    const Catalog& catalog, const v1::BatchPlaceOrdersRequest& request);
absl::StatusOr<std::vector<engine::v1::OrderCommand>> ToCommands(
    const Catalog& catalog, const v1::BatchCancelOrdersRequest& request);

// By which id a question names its order.
absl::StatusOr<engine::v1::GetOrderRequest> ToQuestion(const v1::GetOrderRequest& request);

}  // namespace rialto::gateway
