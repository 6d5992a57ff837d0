// Order commands in, outcomes out, in units of the engine.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "rialto/engine/v1/order_service.pb.h"

namespace rialto::engine {

// The longest list of orders that depend on each other.
inline constexpr int kListOrdersMax = 3;

// InvalidArgument, message starting with BAD_ID or INVALID_ORDER: malformed, not to be recorded.
absl::StatusOr<Command> DecodeCommand(const v1::OrderCommand& command);
absl::StatusOr<PlaceOrder> DecodeCommand(const v1::PlaceOrderCommand& command);
absl::StatusOr<PlaceOrderList> DecodeCommand(const v1::PlaceOrderListCommand& command);
// Of one account, always.
absl::StatusOr<MassCancel> DecodeCommand(const v1::MassCancelCommand& command);
absl::StatusOr<CancelOnlyIf> DecodeOnlyIf(common::v1::CancelOnlyIf only_if);

// An order by the id of a request's `order` oneof: order_id or client_order_id.
template <typename Request>
absl::StatusOr<OrderReference> DecodeReference(const Request& request);

// Fills everything but the correlation id.
void EncodeOutcome(const Outcome& outcome, v1::OrderOutcome& message);
// Adds one more outcome to a StreamOrdersResponse as it is on the wire.
void AppendOutcome(uint64_t correlation_id, const Outcome& outcome, std::string& response);
// The same for a command that never became one, and why.
void AppendMalformed(uint64_t correlation_id, const std::string& why, std::string& response);

// --- Implementation. ---

template <typename Request>
absl::StatusOr<OrderReference> DecodeReference(const Request& request) {
  OrderReference reference;
  reference.account_id = AccountId(request.account_id());
  if (request.order_case() == Request::kClientOrderId) {
    absl::StatusOr<ClientOrderId> id = ClientOrderId::Parse(request.client_order_id());
    if (!id.ok()) return id.status();
    reference.client_order_id = *id;
  } else if (request.order_id() == 0) {
    return absl::InvalidArgumentError("BAD_ID: need order_id or client_order_id");
  } else {
    reference.order_id = OrderId(request.order_id());
  }
  return reference;
}

}  // namespace rialto::engine
