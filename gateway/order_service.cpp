#include "gateway/order_service.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/catalog/order_form.h"
#include "common/service/grpc_status.h"
#include "gateway/order_requests.h"
#include "google/protobuf/arena.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace rialto::gateway {
namespace {

using engine::v1::OrderCommand;
using engine::v1::OrderOutcome;

// The second and third order of a list have 1 and 2 in the top byte of the first one's id.
constexpr int kListIndexShift = 56;

void SetAccepted(common::v1::OrderAccepted accepted, v1::CancelOrderResponse& response) {
  *response.mutable_canceled() = std::move(accepted);
}
void SetAccepted(common::v1::OrderAccepted accepted, v1::AmendOrderResponse& response) {
  *response.mutable_amended() = std::move(accepted);
}
template <typename Response>
void SetAccepted(common::v1::OrderAccepted accepted, Response& response) {
  *response.mutable_accepted() = std::move(accepted);
}

bool IsAccepted(const OrderOutcome& outcome) {
  return outcome.reject_reason() == common::v1::REJECT_REASON_UNSPECIFIED;
}

// What the engine did not take up at all.
grpc::Status NotTaken(const std::string& message) {
  if (absl::StartsWith(message, "INBOX_FULL") || absl::StartsWith(message, "DISK_FULL")) {
    return ToGrpcStatus(absl::ResourceExhaustedError(message));
  }
  if (absl::StartsWith(message, "NOT_SERVING")) {
    return ToGrpcStatus(absl::UnavailableError(message));
  }
  return ToGrpcStatus(absl::InvalidArgumentError(message));
}

// Why a command has no decision; OK when it has one.
grpc::Status WhyUndecided(const absl::StatusOr<OrderOutcome>& outcome) {
  if (!outcome.ok()) return ToGrpcStatus(outcome.status());
  return outcome->malformed().empty() ? grpc::Status::OK : NotTaken(outcome->malformed());
}

// Of a mass cancel that ends with `why` after some of its commands. What follows the reason, such
// as "nothing was sent", speaks of the last command and would be a lie about the call.
grpc::Status BrokenOff(uint64_t canceled, const grpc::Status& why) {
  if (canceled == 0) return why;
  const std::string message = why.error_message();
  return ToGrpcStatus(absl::UnavailableError(
      absl::StrCat("OUTCOME_UNKNOWN: ", canceled, " orders are canceled, not all (",
                   message.substr(0, message.find(';')), "); send it again")));
}

// Fills in the sequence, and what was accepted or rejected.
template <typename Response>
grpc::Status FillIn(const Catalog& catalog, const OrderOutcome& outcome, Response& response) {
  if (!outcome.malformed().empty()) return NotTaken(outcome.malformed());
  response.set_sequence(outcome.sequence());
  if (IsAccepted(outcome)) {
    SetAccepted(ToAccepted(catalog, outcome), response);
  } else {
    *response.mutable_rejected() = ToRejection(catalog, outcome);
  }
  return grpc::Status::OK;
}

// The same, for what has an idempotency key.
template <typename Response>
grpc::Status FillInOnce(const Catalog& catalog, const OrderOutcome& outcome, Response& response) {
  response.set_repeated_request(outcome.repeated_request());
  return FillIn(catalog, outcome, response);
}

// Of a batch that the engine took up in part only, the caller knows nothing: it is to come again.
template <typename Response>
grpc::Status FillInAll(const Catalog& catalog, const std::vector<OrderOutcome>& outcomes,
                       Response& response) {
  const auto was_not_taken = [](const OrderOutcome& outcome) {
    return !outcome.malformed().empty();
  };
  const auto missing = std::count_if(outcomes.begin(), outcomes.end(), was_not_taken);
  if (missing > 0) {
    const auto first = std::find_if(outcomes.begin(), outcomes.end(), was_not_taken);
    if (missing == std::ssize(outcomes)) return NotTaken(first->malformed());
    return ToGrpcStatus(absl::UnavailableError(
        absl::StrCat("OUTCOME_UNKNOWN: ", missing, " of ", outcomes.size(),
                     " orders were not taken (", first->malformed(), "); send all of them again")));
  }
  for (const OrderOutcome& outcome : outcomes) {
    (void)FillInOnce(catalog, outcome, *response.add_decisions());  // Each was taken.
  }
  return grpc::Status::OK;
}

template <typename Message>
bool Parse(const grpc::ByteBuffer& bytes, Message& message) {
  grpc::ByteBuffer same = bytes;  // Of the same memory; the parser empties it.
  return grpc::GenericDeserialize<grpc::ProtoBufferReader, Message>(&same, &message).ok();
}

template <typename Message>
grpc::Status Serialize(const Message& message, grpc::ByteBuffer& bytes) {
  bool own = false;
  return grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, &bytes, &own);
}

grpc::ServerUnaryReactor* FinishWith(grpc::CallbackServerContext* context,
                                     const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace

OrderService::OrderService(EngineClient& engine, EngineQueries& queries, const Markets& markets)
    : engine_(engine),
      queries_(queries),
      stub_(engine::v1::OrderService::NewStub(queries.channel())),
      markets_(markets) {}

OrderService::~OrderService() = default;

template <typename Request, typename FillInResponse>
grpc::ServerUnaryReactor* OrderService::Decide(grpc::CallbackServerContext* context,
                                               const Request& request, FillInResponse fill_in) {
  if (context->IsCancelled()) return FinishWith(context, grpc::Status::CANCELLED);
  const absl::StatusOr<std::shared_ptr<const Catalog>> catalog = markets_.catalog();
  if (!catalog.ok()) return FinishWith(context, ToGrpcStatus(catalog.status()));
  absl::StatusOr<OrderCommand> command = ToCommand(**catalog, request);
  if (!command.ok()) return FinishWith(context, ToGrpcStatus(command.status()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  engine_.Submit(*std::move(command),
                 [this, reactor, fill_in](absl::StatusOr<OrderOutcome> outcome) {
                   reactor->Finish(outcome.ok() ? fill_in(**markets_.catalog(), *outcome)
                                                : ToGrpcStatus(outcome.status()));
                 });
  return reactor;
}

template <typename Request, typename FillInResponse>
grpc::ServerUnaryReactor* OrderService::DecideAll(grpc::CallbackServerContext* context,
                                                  const Request& request, FillInResponse fill_in) {
  if (context->IsCancelled()) return FinishWith(context, grpc::Status::CANCELLED);
  const absl::StatusOr<std::shared_ptr<const Catalog>> catalog = markets_.catalog();
  if (!catalog.ok()) return FinishWith(context, ToGrpcStatus(catalog.status()));
  absl::StatusOr<std::vector<OrderCommand>> commands = ToCommands(**catalog, request);
  if (!commands.ok()) return FinishWith(context, ToGrpcStatus(commands.status()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  engine_.SubmitBatch(*std::move(commands),
                      [this, reactor, fill_in](absl::StatusOr<std::vector<OrderOutcome>> outcomes) {
                        reactor->Finish(outcomes.ok() ? fill_in(**markets_.catalog(), *outcomes)
                                                      : ToGrpcStatus(outcomes.status()));
                      });
  return reactor;
}

grpc::ServerUnaryReactor* OrderService::PlaceOrder(grpc::CallbackServerContext* context,
                                                   const v1::PlaceOrderRequest* request,
                                                   v1::PlaceOrderResponse* response) {
  if (request->validate_only()) return Validate(context, *request, response);
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    return FillInOnce(catalog, outcome, *response);
  });
}

// The stream's commands are recorded; a question is not.
grpc::ServerUnaryReactor* OrderService::Validate(grpc::CallbackServerContext* context,
                                                 const v1::PlaceOrderRequest& request,
                                                 v1::PlaceOrderResponse* response) {
  engine::v1::PlaceOrderRequest question;
  *question.mutable_order() = request.order();
  question.set_validate_only(true);
  return queries_.PassOn<engine::v1::PlaceOrderRequest, engine::v1::PlaceOrderResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->PlaceOrder(std::move(call)...); },
      [response](engine::v1::PlaceOrderResponse& answer) {
        response->set_sequence(answer.sequence());
        if (answer.has_accepted()) response->mutable_accepted()->Swap(answer.mutable_accepted());
        if (answer.has_rejected()) response->mutable_rejected()->Swap(answer.mutable_rejected());
        response->set_repeated_request(answer.repeated_request());
        response->set_validated_only(answer.validated_only());
      });
}

grpc::ServerUnaryReactor* OrderService::PlaceOrderList(grpc::CallbackServerContext* context,
                                                       const v1::PlaceOrderListRequest* request,
                                                       v1::PlaceOrderListResponse* response) {
  const int count = request->orders_size();
  return Decide(
      context, *request, [response, count](const Catalog& catalog, const OrderOutcome& outcome) {
        for (int i = 0; i < count && IsAccepted(outcome); ++i) {
          response->add_order_ids(outcome.order_id() | static_cast<uint64_t>(i) << kListIndexShift);
        }
        return FillInOnce(catalog, outcome, *response);
      });
}

grpc::ServerUnaryReactor* OrderService::BatchPlaceOrders(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request,
                                                         grpc::ByteBuffer* response) {
  if (absl::Status room = engine_.RoomForOrders(); !room.ok()) {
    return FinishWith(context, ToGrpcStatus(room));
  }
  google::protobuf::Arena arena;  // Takes the parts of all orders in a few pieces.
  auto& batch = *google::protobuf::Arena::CreateMessage<v1::BatchPlaceOrdersRequest>(&arena);
  if (!Parse(*request, batch)) {
    return FinishWith(context, {grpc::StatusCode::INVALID_ARGUMENT, "BAD_REQUEST: does not parse"});
  }
  return DecideAll(context, batch,
                   [response](const Catalog& catalog, const std::vector<OrderOutcome>& outcomes) {
                     v1::BatchPlaceOrdersResponse decided;
                     const grpc::Status filled = FillInAll(catalog, outcomes, decided);
                     return filled.ok() ? Serialize(decided, *response) : filled;
                   });
}

grpc::ServerUnaryReactor* OrderService::CancelOrder(grpc::CallbackServerContext* context,
                                                    const v1::CancelOrderRequest* request,
                                                    v1::CancelOrderResponse* response) {
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    return FillIn(catalog, outcome, *response);
  });
}

grpc::ServerUnaryReactor* OrderService::BatchCancelOrders(
    grpc::CallbackServerContext* context, const v1::BatchCancelOrdersRequest* request,
    v1::BatchCancelOrdersResponse* response) {
  return DecideAll(context, *request,
                   [response](const Catalog& catalog, const std::vector<OrderOutcome>& outcomes) {
                     return FillInAll(catalog, outcomes, *response);
                   });
}

grpc::ServerUnaryReactor* OrderService::MassCancelOrders(grpc::CallbackServerContext* context,
                                                         const v1::MassCancelOrdersRequest* request,
                                                         v1::MassCancelOrdersResponse* response) {
  const absl::StatusOr<std::shared_ptr<const Catalog>> catalog = markets_.catalog();
  if (!catalog.ok()) return FinishWith(context, ToGrpcStatus(catalog.status()));
  absl::StatusOr<OrderCommand> command = ToCommand(**catalog, *request);
  if (!command.ok()) return FinishWith(context, ToGrpcStatus(command.status()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  CancelMore(std::make_shared<MassCancelCall>(
      MassCancelCall{context, reactor, response, *std::move(command)}));
  return reactor;
}

void OrderService::CancelMore(std::shared_ptr<MassCancelCall> call) {
  if (call->context->IsCancelled()) return call->reactor->Finish(grpc::Status::CANCELLED);
  engine_.Submit(call->command, [this, call](absl::StatusOr<OrderOutcome> outcome) {
    const grpc::Status why = WhyUndecided(outcome);
    if (!why.ok()) {
      return call->reactor->Finish(BrokenOff(call->response->canceled_orders(), why));
    }
    call->response->set_sequence(outcome->sequence());
    call->response->set_canceled_orders(call->response->canceled_orders() +
                                        outcome->canceled_orders());
    if (!IsAccepted(*outcome)) {
      *call->response->mutable_rejected() = ToRejection(**markets_.catalog(), *outcome);
    } else if (outcome->more()) {
      return CancelMore(call);
    }
    call->reactor->Finish(grpc::Status::OK);
  });
}

grpc::ServerUnaryReactor* OrderService::CancelAllAfter(grpc::CallbackServerContext* context,
                                                       const v1::CancelAllAfterRequest* request,
                                                       v1::CancelAllAfterResponse* response) {
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    if (!outcome.malformed().empty()) return NotTaken(outcome.malformed());
    response->set_sequence(outcome.sequence());
    if (!IsAccepted(outcome)) {
      *response->mutable_rejected() = ToRejection(catalog, outcome);
    } else if (outcome.due_ns() != 0) {
      *response->mutable_fires_at() = ToTimestamp(outcome.due_ns());
    }
    return grpc::Status::OK;
  });
}

grpc::ServerUnaryReactor* OrderService::AmendOrder(grpc::CallbackServerContext* context,
                                                   const v1::AmendOrderRequest* request,
                                                   v1::AmendOrderResponse* response) {
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    return FillIn(catalog, outcome, *response);
  });
}

grpc::ServerUnaryReactor* OrderService::ReplaceOrder(grpc::CallbackServerContext* context,
                                                     const v1::ReplaceOrderRequest* request,
                                                     v1::ReplaceOrderResponse* response) {
  return Decide(context, *request, [response](const Catalog& catalog, const OrderOutcome& outcome) {
    return FillInOnce(catalog, outcome, *response);
  });
}

grpc::ServerUnaryReactor* OrderService::GetOrder(grpc::CallbackServerContext* context,
                                                 const v1::GetOrderRequest* request,
                                                 v1::GetOrderResponse* response) {
  absl::StatusOr<engine::v1::GetOrderRequest> question = ToQuestion(*request);
  if (!question.ok()) return FinishWith(context, ToGrpcStatus(question.status()));
  return queries_.PassOn<engine::v1::GetOrderRequest, engine::v1::GetOrderResponse>(
      context, *std::move(question),
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
  return queries_.PassOn<engine::v1::ListOpenOrdersRequest, engine::v1::ListOpenOrdersResponse>(
      context, std::move(question),
      [this](auto... call) { stub_->async()->ListOpenOrders(std::move(call)...); },
      [response](engine::v1::ListOpenOrdersResponse& answer) {
        response->mutable_orders()->Swap(answer.mutable_orders());
        response->set_next_page_token(answer.next_page_token());
        response->set_sequence(answer.sequence());
      });
}

}  // namespace rialto::gateway
