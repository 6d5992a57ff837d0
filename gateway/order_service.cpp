#include "gateway/order_service.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "common/service/grpc_status.h"
#include "gateway/engine_query.h"

namespace rialto::gateway {
namespace {

using engine::v1::OrderCommand;
using engine::v1::OrderOutcome;

// By which id a cancel or amend names its order: copied when it is well formed.
template <typename Request, typename Command>
absl::Status CopyOrderName(const Request& request, Command& command) {
  command.set_account_id(request.account_id());
  switch (request.order_case()) {
    case Request::kOrderId:
      command.set_order_id(request.order_id());
      return absl::OkStatus();
    case Request::kClientOrderId:
      command.set_client_order_id(request.client_order_id());
      return CallerId::Parse(request.client_order_id()).status();
    default:
      return absl::InvalidArgumentError("INVALID_ORDER: order_id or client_order_id is needed");
  }
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog& catalog,
                                       const v1::PlaceOrderRequest& request) {
  OrderCommand command;
  ASSIGN_OR_RETURN(*command.mutable_place(), rialto::ToCommand(catalog, request.order()));
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog&, const v1::CancelOrderRequest& request) {
  OrderCommand command;
  RETURN_IF_ERROR(CopyOrderName(request, *command.mutable_cancel()));
  return command;
}

absl::StatusOr<OrderCommand> ToCommand(const Catalog& catalog,
                                       const v1::AmendOrderRequest& request) {
  OrderCommand command;
  RETURN_IF_ERROR(CopyOrderName(request, *command.mutable_amend()));
  const Instrument* instrument = catalog.FindInstrument(request.instrument());
  if (instrument == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"",
                                                   request.instrument().substr(0, 40), "\""));
  }
  ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(*instrument, request.quantity()));
  if (quantity < Quantity(0)) {
    return absl::InvalidArgumentError("INVALID_ORDER: quantity must not be negative");
  }
  command.mutable_amend()->set_quantity_lots(quantity.value());
  return command;
}

void SetAccepted(common::v1::OrderAccepted accepted, v1::PlaceOrderResponse& response) {
  *response.mutable_accepted() = std::move(accepted);
}
void SetAccepted(common::v1::OrderAccepted accepted, v1::CancelOrderResponse& response) {
  *response.mutable_canceled() = std::move(accepted);
}
void SetAccepted(common::v1::OrderAccepted accepted, v1::AmendOrderResponse& response) {
  *response.mutable_amended() = std::move(accepted);
}

// What the engine did not take up at all.
grpc::Status NotTaken(const std::string& message) {
  return ToGrpcStatus(absl::StartsWith(message, "INBOX_FULL")
                          ? absl::ResourceExhaustedError(message)
                          : absl::InvalidArgumentError(message));
}

template <typename Response>
grpc::Status FillIn(const Catalog& catalog, const OrderOutcome& outcome, Response& response) {
  if (!outcome.malformed().empty()) return NotTaken(outcome.malformed());
  response.set_sequence(outcome.sequence());
  if (outcome.reject_reason() == common::v1::REJECT_REASON_UNSPECIFIED) {
    SetAccepted(ToAccepted(catalog, outcome), response);
  } else {
    *response.mutable_rejected() = ToRejection(catalog, outcome);
  }
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* FinishWith(grpc::CallbackServerContext* context,
                                     const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace

OrderService::OrderService(EngineClient& engine, const std::shared_ptr<grpc::Channel>& channel,
                           const Markets& markets)
    : engine_(engine), stub_(engine::v1::OrderService::NewStub(channel)), markets_(markets) {}

template <typename Request, typename FillInResponse>
grpc::ServerUnaryReactor* OrderService::Decide(grpc::CallbackServerContext* context,
                                               const Request& request, FillInResponse fill_in) {
  if (context->IsCancelled()) return FinishWith(context, grpc::Status::CANCELLED);
  absl::StatusOr<OrderCommand> command = ToCommand(*markets_.catalog(), request);
  if (!command.ok()) return FinishWith(context, ToGrpcStatus(command.status()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  engine_.Submit(*std::move(command),
                 [this, reactor, fill_in](absl::StatusOr<OrderOutcome> outcome) {
                   reactor->Finish(outcome.ok() ? fill_in(*markets_.catalog(), *outcome)
                                                : ToGrpcStatus(outcome.status()));
                 });
  return reactor;
}

grpc::ServerUnaryReactor* OrderService::PlaceOrder(grpc::CallbackServerContext* context,
                                                   const v1::PlaceOrderRequest* request,
                                                   v1::PlaceOrderResponse* response) {
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    response->set_repeated_request(outcome.repeated_request());
    return FillIn(catalog, outcome, *response);
  });
}

grpc::ServerUnaryReactor* OrderService::CancelOrder(grpc::CallbackServerContext* context,
                                                    const v1::CancelOrderRequest* request,
                                                    v1::CancelOrderResponse* response) {
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    return FillIn(catalog, outcome, *response);
  });
}

grpc::ServerUnaryReactor* OrderService::AmendOrder(grpc::CallbackServerContext* context,
                                                   const v1::AmendOrderRequest* request,
                                                   v1::AmendOrderResponse* response) {
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    return FillIn(catalog, outcome, *response);
  });
}

grpc::ServerUnaryReactor* OrderService::GetOrder(grpc::CallbackServerContext* context,
                                                 const v1::GetOrderRequest* request,
                                                 v1::GetOrderResponse* response) {
  engine::v1::GetOrderRequest question;
  const absl::Status named = CopyOrderName(*request, question);
  if (!named.ok()) return FinishWith(context, ToGrpcStatus(named));
  return PassOn<engine::v1::GetOrderRequest, engine::v1::GetOrderResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->GetOrder(std::move(call)...); },
      [response](engine::v1::GetOrderResponse& answer) {
        response->mutable_order()->Swap(answer.mutable_order());
        response->set_sequence(answer.sequence());
      });
}

grpc::ServerUnaryReactor* OrderService::ListOpenOrders(grpc::CallbackServerContext* context,
                                                       const v1::ListOpenOrdersRequest* request,
                                                       v1::ListOpenOrdersResponse* response) {
  engine::v1::ListOpenOrdersRequest question;
  question.set_account_id(request->account_id());
  question.set_page_size(request->page_size());
  question.set_page_token(request->page_token());
  return PassOn<engine::v1::ListOpenOrdersRequest, engine::v1::ListOpenOrdersResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->ListOpenOrders(std::move(call)...); },
      [response](engine::v1::ListOpenOrdersResponse& answer) {
        response->mutable_orders()->Swap(answer.mutable_orders());
        response->set_next_page_token(answer.next_page_token());
        response->set_sequence(answer.sequence());
      });
}

}  // namespace rialto::gateway
