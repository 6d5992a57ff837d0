#include "engine/server/order_service.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "common/service/grpc_status.h"
#include "engine/codec/order_codec.h"
#include "engine/server/order_pages.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

absl::StatusOr<class CancelOrder> Parse(const v1::CancelOrderRequest& request) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(request));
  ASSIGN_OR_RETURN(const CancelOnlyIf only_if, DecodeOnlyIf(request.only_if()));
  return engine::CancelOrder{order, only_if};
}

absl::StatusOr<class AmendOrder> Parse(const Catalog& catalog,
                                       const v1::AmendOrderRequest& request) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(request));
  ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                   FindInstrument(catalog, request.instrument()));
  if (request.quantity().empty() && request.price().empty()) {
    return absl::InvalidArgumentError("INVALID_ORDER: an amend needs a quantity or a price");
  }
  engine::AmendOrder amend{order, Quantity(0), Price(0)};
  if (!request.quantity().empty()) {
    ASSIGN_OR_RETURN(amend.quantity, ParseQuantity(*instrument, request.quantity()));
    if (amend.quantity == Quantity(0))
      return absl::InvalidArgumentError(
          "INVALID_ORDER: quantity must be above 0; leave it empty to keep it");
  }
  if (!request.price().empty()) {
    ASSIGN_OR_RETURN(amend.price, ParsePrice(*instrument, request.price()));
    if (amend.price == Price(0))
      return absl::InvalidArgumentError(
          "INVALID_ORDER: price must be above 0; leave it empty to keep it");
  }
  return amend;
}

absl::StatusOr<class ReplaceOrder> Parse(const Catalog& catalog,
                                         const v1::ReplaceOrderRequest& request) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(request));
  ASSIGN_OR_RETURN(PlaceOrder replacement, ParseForm(catalog, request.replacement()));
  return engine::ReplaceOrder{order, std::move(replacement)};
}

template <typename Response>
void FillPlaced(const Catalog& catalog, const Outcome& outcome, Response& response) {
  response.set_sequence(outcome.sequence.value());
  response.set_repeated_request(outcome.repeated);
  if (outcome.accepted()) {
    *response.mutable_accepted() = ToAccepted(catalog, outcome);
  } else {
    *response.mutable_rejected() = ToOrderRejection(catalog, outcome);
  }
}

}  // namespace

OrderService::OrderService(Sequencer& sequencer) : sequencer_(sequencer) {}

OrderService::~OrderService() = default;

grpc::ServerUnaryReactor* OrderService::PlaceOrder(grpc::CallbackServerContext* context,
                                                   const v1::PlaceOrderRequest* request,
                                                   v1::PlaceOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  absl::StatusOr<engine::PlaceOrder> order = ParseForm(*sequencer_.catalog(), request->order());
  if (!order.ok()) return Fail(*call, order.status());
  if (request->validate_only()) {
    Answer(sequencer_, *call, [this, order = *std::move(order), response](const Engine& engine) {
      Outcome outcome = engine.Check(order, sequencer_.now());
      if (!outcome.repeated) {
        outcome.sequence = engine.sequence();
        outcome.instrument_id = order.instrument_id;
        outcome.side = order.side;
      }
      FillPlaced(*sequencer_.catalog(), outcome, *response);
      response->set_validated_only(true);
      return absl::OkStatus();
    });
    return call;
  }
  Decide(sequencer_, *call, *std::move(order), [this, response](const Outcome& outcome) {
    FillPlaced(*sequencer_.catalog(), outcome, *response);
  });
  return call;
}

grpc::ServerUnaryReactor* OrderService::CancelOrder(grpc::CallbackServerContext* context,
                                                    const v1::CancelOrderRequest* request,
                                                    v1::CancelOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<engine::CancelOrder> cancel = Parse(*request);
  if (!cancel.ok()) return Fail(*call, cancel.status());
  Decide(sequencer_, *call, *cancel, [this, response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    if (outcome.accepted()) {
      *response->mutable_canceled() = ToAccepted(*sequencer_.catalog(), outcome);
    } else {
      *response->mutable_rejected() = ToOrderRejection(*sequencer_.catalog(), outcome);
    }
  });
  return call;
}

grpc::ServerUnaryReactor* OrderService::AmendOrder(grpc::CallbackServerContext* context,
                                                   const v1::AmendOrderRequest* request,
                                                   v1::AmendOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<engine::AmendOrder> amend = Parse(*sequencer_.catalog(), *request);
  if (!amend.ok()) return Fail(*call, amend.status());
  Decide(sequencer_, *call, *amend, [this, response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    if (outcome.accepted()) {
      *response->mutable_amended() = ToAccepted(*sequencer_.catalog(), outcome);
    } else {
      *response->mutable_rejected() = ToOrderRejection(*sequencer_.catalog(), outcome);
    }
  });
  return call;
}

grpc::ServerUnaryReactor* OrderService::ReplaceOrder(grpc::CallbackServerContext* context,
                                                     const v1::ReplaceOrderRequest* request,
                                                     v1::ReplaceOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  absl::StatusOr<engine::ReplaceOrder> replace = Parse(*sequencer_.catalog(), *request);
  if (!replace.ok()) return Fail(*call, replace.status());
  Decide(sequencer_, *call, *std::move(replace), [this, response](const Outcome& outcome) {
    FillPlaced(*sequencer_.catalog(), outcome, *response);
  });
  return call;
}

grpc::ServerUnaryReactor* OrderService::GetOrder(grpc::CallbackServerContext* context,
                                                 const v1::GetOrderRequest* request,
                                                 v1::GetOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<OrderReference> reference = DecodeReference(*request);
  if (!reference.ok()) return Fail(*call, reference.status());
  Answer(sequencer_, *call, [this, reference = *reference, response](const Engine& engine) {
    const std::optional<OpenOrder> order = engine.FindOpenOrder(reference);
    if (!order.has_value()) return absl::NotFoundError("UNKNOWN_ORDER: no such open order");
    *response->mutable_order() = ToView(*sequencer_.catalog(), *order);
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerUnaryReactor* OrderService::ListOpenOrders(grpc::CallbackServerContext* context,
                                                       const v1::ListOpenOrdersRequest* request,
                                                       v1::ListOpenOrdersResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) -> absl::Status {
    ASSIGN_OR_RETURN(
        OrderPage page,
        ListAccountOrders(engine, *sequencer_.catalog(), AccountId(request->account_id()),
                          {request->page_size(), request->page_token()}));
    page.MoveTo(*response);
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* OrderService::StreamOrders(
    grpc::CallbackServerContext*) {
  return streams_.Open(sequencer_);
}

}  // namespace rialto::engine
