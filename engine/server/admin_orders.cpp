// AdminService: the orders of all accounts.

#include <memory>

#include "common/base/status_macros.h"
#include "engine/server/admin_service.h"
#include "engine/server/order_pages.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

absl::StatusOr<MassCancel> Parse(const Catalog& catalog,
                                 const v1::AdminServiceMassCancelOrdersRequest& request) {
  ASSIGN_OR_RETURN(MassCancel cancel,
                   ParseFilter(catalog, {request.instrument(), request.side(), request.tag()}));
  cancel.account_id = AccountId(request.account_id());
  return cancel;
}

absl::StatusOr<OrderPage> List(const Engine& engine, const Catalog& catalog,
                               const v1::ListOrdersRequest& request) {
  const PageRequest page{request.page_size(), request.page_token()};
  switch (request.scope_case()) {
    case v1::ListOrdersRequest::kAccountId:
      return ListAccountOrders(engine, catalog, AccountId(request.account_id()), page);
    case v1::ListOrdersRequest::kInstrument: {
      ASSIGN_OR_RETURN(const rialto::Instrument* instrument,
                       FindInstrument(catalog, request.instrument()));
      return ListInstrumentOrders(engine, catalog, instrument->id, page);
    }
    case v1::ListOrdersRequest::SCOPE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("BAD_SCOPE: need account_id or instrument");
}

}  // namespace

// The owner is found in a question first; an order that ends in between is UNKNOWN_ORDER, as it
// should be.
grpc::ServerUnaryReactor* AdminService::CancelOrder(
    grpc::CallbackServerContext* context, const v1::AdminServiceCancelOrderRequest* request,
    v1::AdminServiceCancelOrderResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const OrderId order_id(request->order_id());
  if (order_id == OrderId(0)) {
    return Fail(*call, absl::InvalidArgumentError("BAD_ID: need order_id"));
  }
  absl::Status asked = sequencer_.Ask([this, call, order_id, response](const Engine& engine) {
    const OrderIndex index = engine.orders().Find(order_id);
    if (index == kNoOrder) {
      Outcome outcome;
      outcome.reason = RejectReason::kUnknownOrder;
      response->set_sequence(engine.sequence().value());
      *response->mutable_rejected() = ToOrderRejection(*sequencer_.catalog(), outcome);
      call->Finish(grpc::Status::OK);
      return;
    }
    const OrderReference reference{engine.orders().AccountOf(index), order_id, {}};
    Decide(sequencer_, *call, engine::CancelOrder{reference, CancelOnlyIf::kAny},
           [this, response](const Outcome& outcome) {
             response->set_sequence(outcome.sequence.value());
             if (outcome.accepted()) {
               *response->mutable_canceled() = ToAccepted(*sequencer_.catalog(), outcome);
             } else {
               *response->mutable_rejected() = ToOrderRejection(*sequencer_.catalog(), outcome);
             }
           });
  });
  if (!asked.ok()) return Fail(*call, asked);
  return call;
}

grpc::ServerUnaryReactor* AdminService::MassCancelOrders(
    grpc::CallbackServerContext* context, const v1::AdminServiceMassCancelOrdersRequest* request,
    v1::AdminServiceMassCancelOrdersResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<MassCancel> cancel = Parse(*sequencer_.catalog(), *request);
  if (!cancel.ok()) return Fail(*call, cancel.status());
  CancelEverything(sequencer_, *call, *cancel,
                   [this, response](const Outcome& outcome, uint64_t canceled_orders) {
                     response->set_sequence(outcome.sequence.value());
                     response->set_canceled_orders(canceled_orders);
                     if (!outcome.accepted()) {
                       *response->mutable_rejected() =
                           ToOrderRejection(*sequencer_.catalog(), outcome);
                     }
                   });
  return call;
}

grpc::ServerUnaryReactor* AdminService::ListOrders(grpc::CallbackServerContext* context,
                                                   const v1::ListOrdersRequest* request,
                                                   v1::ListOrdersResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  Answer(sequencer_, *call, [this, request, response](const Engine& engine) -> absl::Status {
    ASSIGN_OR_RETURN(OrderPage page, List(engine, *sequencer_.catalog(), *request));
    page.MoveTo(*response);
    response->set_sequence(engine.sequence().value());
    return absl::OkStatus();
  });
  return call;
}

}  // namespace rialto::engine
