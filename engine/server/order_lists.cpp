// OrderService: several orders in one call.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/catalog/order_form.h"
#include "engine/codec/order_codec.h"
#include "engine/server/order_service.h"
#include "engine/server/outcome_text.h"
#include "engine/server/request_form.h"
#include "engine/server/unary_call.h"

namespace rialto::engine {
namespace {

using Commands = absl::InlinedVector<Command, 1>;

// One batch of the writer.
constexpr int kBatchOrdersMax = 1'024;

absl::Status CheckCount(int count) {
  if (count >= 1 && count <= kBatchOrdersMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("BATCH_SIZE: need 1 to ", kBatchOrdersMax, " orders, have ", count));
}

absl::StatusOr<PlaceOrderList> Parse(const Catalog& catalog,
                                     const v1::PlaceOrderListRequest& request) {
  v1::PlaceOrderListCommand command;
  command.set_kind(request.kind());
  if (request.orders_size() > kListOrdersMax) {
    return absl::InvalidArgumentError("INVALID_ORDER: a list has 2 or 3 orders");
  }
  for (int i = 0; i < request.orders_size(); ++i) {
    absl::StatusOr<v1::PlaceOrderCommand> order = ToCommand(catalog, request.orders(i));
    if (!order.ok()) return AtEntry(order.status(), "orders", i);
    *command.add_orders() = *std::move(order);
  }
  return DecodeCommand(command);
}

absl::StatusOr<Commands> Parse(const Catalog& catalog, const v1::BatchPlaceOrdersRequest& request) {
  RETURN_IF_ERROR(CheckCount(request.orders_size()));
  Commands commands;
  for (int i = 0; i < request.orders_size(); ++i) {
    absl::StatusOr<PlaceOrder> order = ParseForm(catalog, request.orders(i));
    if (!order.ok()) return AtEntry(order.status(), "orders", i);
    commands.push_back(*std::move(order));
  }
  return commands;
}

absl::StatusOr<Commands> Parse(const v1::BatchCancelOrdersRequest& request) {
  RETURN_IF_ERROR(CheckCount(request.orders_size()));
  ASSIGN_OR_RETURN(const CancelOnlyIf only_if, DecodeOnlyIf(request.only_if()));
  Commands commands;
  for (int i = 0; i < request.orders_size(); ++i) {
    absl::StatusOr<OrderReference> order = DecodeReference(request.orders(i));
    if (!order.ok()) return AtEntry(order.status(), "orders", i);
    commands.push_back(CancelOrder{*order, only_if});
  }
  return commands;
}

absl::StatusOr<MassCancel> Parse(const Catalog& catalog,
                                 const v1::MassCancelOrdersRequest& request) {
  if (request.account_id() == 0) {
    return absl::InvalidArgumentError("BAD_ID: need an account_id");  // 0 would be everyone's.
  }
  ASSIGN_OR_RETURN(MassCancel cancel,
                   ParseFilter(catalog, {request.instrument(), request.side(), request.tag()}));
  cancel.account_id = AccountId(request.account_id());
  return cancel;
}

template <typename Response>
void FillDecisions(const Catalog& catalog, absl::Span<const Outcome> outcomes, Response& response) {
  for (const Outcome& outcome : outcomes) {
    *response.add_decisions() = ToDecision(catalog, outcome);
  }
}

}  // namespace

grpc::ServerUnaryReactor* OrderService::PlaceOrderList(grpc::CallbackServerContext* context,
                                                       const v1::PlaceOrderListRequest* request,
                                                       v1::PlaceOrderListResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  absl::StatusOr<engine::PlaceOrderList> list = Parse(*sequencer_.catalog(), *request);
  if (!list.ok()) return Fail(*call, list.status());
  Decide(sequencer_, *call, *std::move(list),
         [this, count = request->orders_size(), response](const Outcome& outcome) {
           response->set_sequence(outcome.sequence.value());
           response->set_repeated_request(outcome.repeated);
           if (!outcome.accepted()) {
             *response->mutable_rejected() = ToOrderRejection(*sequencer_.catalog(), outcome);
             return;
           }
           *response->mutable_accepted() = ToAccepted(*sequencer_.catalog(), outcome);
           for (int leg = 0; leg < count; ++leg) {
             response->add_order_ids(LegId(outcome.order_id, static_cast<uint64_t>(leg)).value());
           }
         });
  return call;
}

grpc::ServerUnaryReactor* OrderService::BatchPlaceOrders(grpc::CallbackServerContext* context,
                                                         const v1::BatchPlaceOrdersRequest* request,
                                                         v1::BatchPlaceOrdersResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  absl::StatusOr<Commands> commands = Parse(*sequencer_.catalog(), *request);
  if (!commands.ok()) return Fail(*call, commands.status());
  DecideAll(sequencer_, *call, *std::move(commands),
            [this, response](absl::Span<const Outcome> outcomes) {
              FillDecisions(*sequencer_.catalog(), outcomes, *response);
            });
  return call;
}

grpc::ServerUnaryReactor* OrderService::BatchCancelOrders(
    grpc::CallbackServerContext* context, const v1::BatchCancelOrdersRequest* request,
    v1::BatchCancelOrdersResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  absl::StatusOr<Commands> commands = Parse(*request);
  if (!commands.ok()) return Fail(*call, commands.status());
  DecideAll(sequencer_, *call, *std::move(commands),
            [this, response](absl::Span<const Outcome> outcomes) {
              FillDecisions(*sequencer_.catalog(), outcomes, *response);
            });
  return call;
}

grpc::ServerUnaryReactor* OrderService::MassCancelOrders(grpc::CallbackServerContext* context,
                                                         const v1::MassCancelOrdersRequest* request,
                                                         v1::MassCancelOrdersResponse* response) {
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

grpc::ServerUnaryReactor* OrderService::CancelAllAfter(grpc::CallbackServerContext* context,
                                                       const v1::CancelAllAfterRequest* request,
                                                       v1::CancelAllAfterResponse* response) {
  grpc::ServerUnaryReactor* call = context->DefaultReactor();
  if (!sequencer_.ready()) return Fail(*call, NotServing());
  const absl::StatusOr<int64_t> timeout_ns = ParseMilliseconds("timeout_ms", request->timeout_ms());
  if (!timeout_ns.ok()) return Fail(*call, timeout_ns.status());
  Decide(sequencer_, *call, engine::CancelAllAfter{AccountId(request->account_id()), *timeout_ns},
         [this, response](const Outcome& outcome) {
           response->set_sequence(outcome.sequence.value());
           if (!outcome.accepted()) {
             *response->mutable_rejected() = ToOrderRejection(*sequencer_.catalog(), outcome);
           } else if (outcome.due_ns != 0) {
             *response->mutable_fires_at() = ToTimestamp(outcome.due_ns);
           }
         });
  return call;
}

}  // namespace rialto::engine
