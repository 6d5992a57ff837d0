#include "gateway/order_requests.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "gateway/limits.h"

namespace rialto::gateway {
namespace {

using engine::v1::OrderCommand;

constexpr int64_t kNsPerMs = 1'000'000;

absl::Status InvalidOrder(const char* what) {
  return absl::InvalidArgumentError(absl::StrCat("INVALID_ORDER: ", what));
}

// By which id a request names its order: copied when it is well formed.
template <typename Request, typename Command>
absl::Status CopyOrderName(const Request& request, Command& command) {
  command.set_account_id(request.account_id());
  switch (request.order_case()) {
    case Request::kOrderId:
      // For the engine 0 is no name. Found there, in a batch, it would be too late for the others.
      if (request.order_id() == 0) {
        return absl::InvalidArgumentError("BAD_ID: order_id must be above 0");
      }
      command.set_order_id(request.order_id());
      return absl::OkStatus();
    case Request::kClientOrderId:
      command.set_client_order_id(request.client_order_id());
      return CallerId::Parse(request.client_order_id()).status();
    default:
      return InvalidOrder("order_id or client_order_id is needed");
  }
}

absl::StatusOr<const Instrument*> Find(const Catalog& catalog, const std::string& symbol) {
  const Instrument* instrument = catalog.FindInstrument(symbol);
  if (instrument != nullptr) return instrument;
  return absl::InvalidArgumentError(
      absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"", symbol.substr(0, 40), "\""));
}

absl::Status CopyOnlyIf(common::v1::CancelOnlyIf only_if, engine::v1::CancelOrderCommand& command) {
  if (!common::v1::CancelOnlyIf_IsValid(only_if)) {
    return InvalidOrder("only_if must be UNTRADED or PARTIALLY_TRADED");
  }
  command.set_only_if(only_if);
  return absl::OkStatus();
}

absl::Status CheckBatchSize(int size) {
  if (size >= 1 && size <= limits::kBatchCommandsMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("BATCH_SIZE: need 1 to ", limits::kBatchCommandsMax, " orders, have ", size));
}

// The reason code stays first: "BAD_DECIMAL: orders[3]: ...".
absl::Status AtEntry(int index, const absl::Status& status) {
  const std::string message(status.message());
  const size_t code_size = std::min(message.find(": "), message.size());
  return absl::InvalidArgumentError(absl::StrCat(message.substr(0, code_size), ": orders[", index,
                                                 "]", message.substr(code_size)));
}

}  // namespace

absl::StatusOr<OrderCommand> ToCommand(const Catalog& catalog,
                                       const v1::PlaceOrderRequest& request) {
  OrderCommand command;
  ASSIGN_OR_RETURN(*command.mutable_place(), rialto::ToCommand(catalog, request.order()));
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog& catalog,
                                       const v1::PlaceOrderListRequest& request) {
  OrderCommand command;
  engine::v1::PlaceOrderListCommand& list = *command.mutable_place_list();
  if (!common::v1::ListKind_IsValid(request.kind()) ||
      request.kind() == common::v1::LIST_KIND_UNSPECIFIED) {
    return InvalidOrder("kind must be OCO, OTO or BRACKET");
  }
  const int size = request.kind() == common::v1::LIST_KIND_BRACKET ? 3 : 2;
  if (request.orders_size() != size) {
    return InvalidOrder("OCO and OTO take two orders, BRACKET three");
  }
  list.set_kind(request.kind());
  for (int i = 0; i < size; ++i) {
    absl::StatusOr<engine::v1::PlaceOrderCommand> order =
        rialto::ToCommand(catalog, request.orders(i));
    if (!order.ok()) return AtEntry(i, order.status());
    *list.add_orders() = *std::move(order);
  }
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog&, const v1::CancelOrderRequest& request) {
  OrderCommand command;
  RETURN_IF_ERROR(CopyOrderName(request, *command.mutable_cancel()));
  RETURN_IF_ERROR(CopyOnlyIf(request.only_if(), *command.mutable_cancel()));
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog& catalog,
                                       const v1::AmendOrderRequest& request) {
  OrderCommand command;
  engine::v1::AmendOrderCommand& amend = *command.mutable_amend();
  RETURN_IF_ERROR(CopyOrderName(request, amend));
  ASSIGN_OR_RETURN(const Instrument* instrument, Find(catalog, request.instrument()));
  if (request.quantity().empty() && request.price().empty()) {
    return InvalidOrder("quantity or price is needed");
  }
  // For the engine 0 means "as it is"; nobody who writes it means that.
  if (!request.quantity().empty()) {
    ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(*instrument, request.quantity()));
    if (quantity <= Quantity(0)) return InvalidOrder("quantity must be above 0; or cancel it");
    amend.set_quantity_lots(quantity.value());
  }
  if (!request.price().empty()) {
    ASSIGN_OR_RETURN(const Price price, ParsePrice(*instrument, request.price()));
    if (price <= Price(0)) return InvalidOrder("price must be above 0");
    amend.set_price_ticks(price.value());
  }
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog& catalog,
                                       const v1::ReplaceOrderRequest& request) {
  OrderCommand command;
  engine::v1::ReplaceOrderCommand& replace = *command.mutable_replace();
  RETURN_IF_ERROR(CopyOrderName(request, replace));
  ASSIGN_OR_RETURN(*replace.mutable_replacement(),
                   rialto::ToCommand(catalog, request.replacement()));
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog& catalog,
                                       const v1::MassCancelOrdersRequest& request) {
  OrderCommand command;
  engine::v1::MassCancelCommand& cancel = *command.mutable_mass_cancel();
  if (request.account_id() == 0) {
    return absl::InvalidArgumentError("BAD_ID: need an account_id");  // 0 would be everyone's.
  }
  if (!common::v1::OrderSide_IsValid(request.side())) {
    return InvalidOrder("side must be BUY or SELL, or left out");
  }
  cancel.set_account_id(request.account_id());
  cancel.set_side(request.side());
  if (!request.instrument().empty()) {
    ASSIGN_OR_RETURN(const Instrument* instrument, Find(catalog, request.instrument()));
    cancel.set_instrument_id(instrument->id.value());
  }
  if (!request.tag().empty()) RETURN_IF_ERROR(CallerId::Parse(request.tag()).status());
  cancel.set_tag(request.tag());
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog&, const v1::CancelAllAfterRequest& request) {
  if (request.timeout_ms() < 0 || request.timeout_ms() > INT64_MAX / kNsPerMs) {
    return absl::InvalidArgumentError(absl::StrCat(
        "BAD_DURATION: timeout_ms: need milliseconds of 0 or above, have ", request.timeout_ms()));
  }
  OrderCommand command;
  command.mutable_cancel_all_after()->set_account_id(request.account_id());
  command.mutable_cancel_all_after()->set_timeout_ns(request.timeout_ms() * kNsPerMs);
  return command;
}

absl::StatusOr<std::vector<OrderCommand>> ToCommands(const Catalog& catalog,
                                                     const v1::BatchPlaceOrdersRequest& request) {
  RETURN_IF_ERROR(CheckBatchSize(request.orders_size()));
  std::vector<OrderCommand> commands(static_cast<size_t>(request.orders_size()));
  for (int i = 0; i < request.orders_size(); ++i) {
    absl::StatusOr<engine::v1::PlaceOrderCommand> order =
        rialto::ToCommand(catalog, request.orders(i));
    if (!order.ok()) return AtEntry(i, order.status());
    *commands[static_cast<size_t>(i)].mutable_place() = *std::move(order);
  }
  return commands;
}

absl::StatusOr<std::vector<OrderCommand>> ToCommands(const Catalog&,
                                                     const v1::BatchCancelOrdersRequest& request) {
  RETURN_IF_ERROR(CheckBatchSize(request.orders_size()));
  std::vector<OrderCommand> commands(static_cast<size_t>(request.orders_size()));
  for (int i = 0; i < request.orders_size(); ++i) {
    engine::v1::CancelOrderCommand& cancel = *commands[static_cast<size_t>(i)].mutable_cancel();
    const absl::Status named = CopyOrderName(request.orders(i), cancel);
    if (!named.ok()) return AtEntry(i, named);
    RETURN_IF_ERROR(CopyOnlyIf(request.only_if(), cancel));
  }
  return commands;
}

absl::StatusOr<engine::v1::GetOrderRequest> ToQuestion(const v1::GetOrderRequest& request) {
  engine::v1::GetOrderRequest question;
  RETURN_IF_ERROR(CopyOrderName(request, question));
  return question;
}

}  // namespace rialto::gateway
