#include "engine/server/order_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "common/paging/paging.h"
#include "common/service/grpc_status.h"
#include "engine/codec/order_codec.h"
#include "engine/server/outcome_text.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

constexpr PageSizes kOrdersPage{.standard = 100, .max = 1'000};

absl::StatusOr<PlaceOrder> Parse(const Catalog& catalog, const v1::PlaceOrderRequest& request) {
  ASSIGN_OR_RETURN(const v1::PlaceOrderCommand command, ToCommand(catalog, request.order()));
  return DecodeCommand(command);
}

absl::StatusOr<class AmendOrder> Parse(const Catalog& catalog,
                                       const v1::AmendOrderRequest& request) {
  ASSIGN_OR_RETURN(const OrderReference order, DecodeReference(request));
  const rialto::Instrument* instrument = catalog.FindInstrument(request.instrument());
  if (instrument == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("UNKNOWN_INSTRUMENT: no instrument \"",
                                                   request.instrument().substr(0, 40), "\""));
  }
  ASSIGN_OR_RETURN(const Quantity quantity, ParseQuantity(*instrument, request.quantity()));
  return engine::AmendOrder{order, quantity};
}

absl::Status ListOrders(const Engine& engine, const Catalog& catalog,
                        const v1::ListOpenOrdersRequest& request,
                        v1::ListOpenOrdersResponse& response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size(), kOrdersPage));
  const std::string filter = absl::StrCat("open-orders/", request.account_id());
  int64_t after = 0;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key,
                     DecodePageToken(filter, request.page_token(), 1));
    after = key[0];
  }
  const Account* account = engine.accounts().FindUser(AccountId(request.account_id()));
  if (account == nullptr) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_ACCOUNT: no account ", request.account_id()));
  }
  const OrderPool& orders = engine.orders();
  OrderIndex index = account->first_order;
  while (index != kNoOrder && static_cast<int64_t>(orders[index].id.value()) <= after) {
    index = orders[index].account_next;
  }
  for (; index != kNoOrder; index = orders[index].account_next) {
    if (response.orders_size() == page_size) {
      const auto last = static_cast<int64_t>(response.orders().rbegin()->order_id());
      response.set_next_page_token(EncodePageToken(filter, {last}));
      break;
    }
    *response.add_orders() = ToView(catalog, orders[index]);
  }
  response.set_sequence(engine.sequence().value());
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* OrderService::PlaceOrder(grpc::CallbackServerContext* context,
                                                   const v1::PlaceOrderRequest* request,
                                                   v1::PlaceOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  absl::StatusOr<engine::PlaceOrder> order = Parse(*sequencer_.catalog(), *request);
  if (!order.ok()) {
    call->Finish(ToGrpcStatus(order.status()));
    return call;
  }
  Decide(sequencer_, *call, *order, [this, response](const Outcome& outcome) {
    response->set_sequence(outcome.sequence.value());
    response->set_repeated_request(outcome.repeated);
    if (outcome.accepted()) {
      *response->mutable_accepted() = ToAccepted(*sequencer_.catalog(), outcome);
    } else {
      *response->mutable_rejected() = ToOrderRejection(*sequencer_.catalog(), outcome);
    }
  });
  return call;
}

grpc::ServerUnaryReactor* OrderService::CancelOrder(grpc::CallbackServerContext* context,
                                                    const v1::CancelOrderRequest* request,
                                                    v1::CancelOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  absl::StatusOr<OrderReference> order = DecodeReference(*request);
  if (!order.ok()) {
    call->Finish(ToGrpcStatus(order.status()));
    return call;
  }
  Decide(sequencer_, *call, engine::CancelOrder{*order}, [this, response](const Outcome& outcome) {
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
  absl::StatusOr<engine::AmendOrder> amend = Parse(*sequencer_.catalog(), *request);
  if (!amend.ok()) {
    call->Finish(ToGrpcStatus(amend.status()));
    return call;
  }
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

grpc::ServerUnaryReactor* OrderService::GetOrder(grpc::CallbackServerContext* context,
                                                 const v1::GetOrderRequest* request,
                                                 v1::GetOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  absl::StatusOr<OrderReference> reference = DecodeReference(*request);
  if (!reference.ok()) {
    call->Finish(ToGrpcStatus(reference.status()));
    return call;
  }
  Answer(sequencer_, *call, [this, reference = *reference, response](const Engine& engine) {
    const Order* order = engine.FindOpenOrder(reference);
    if (order == nullptr) return absl::NotFoundError("UNKNOWN_ORDER: no such open order");
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
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) {
    return ListOrders(engine, *sequencer_.catalog(), *request, *response);
  });
  return call;
}

grpc::ServerBidiReactor<v1::StreamOrdersRequest, v1::StreamOrdersResponse>*
OrderService::StreamOrders(grpc::CallbackServerContext*) {
  return streams_.Open(sequencer_);
}

}  // namespace rialto::engine
