// Unary calls on one completion queue; the messages of a slot are used again and again.
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/decimal.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/async_unary_call.h"
#include "grpcpp/support/channel_arguments.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"
#include "rialto/gateway/v1/order_service.grpc.pb.h"
#include "tools/load/venue_door.h"

namespace rialto::load {
namespace {

template <typename RequestType, typename ResponseType>
struct Call {
  RequestType request;
  ResponseType response;
  std::unique_ptr<grpc::ClientAsyncResponseReader<ResponseType>> reader;
};

struct Gateway {
  using Service = gateway::v1::OrderService;
  using Place = Call<gateway::v1::PlaceOrderRequest, gateway::v1::PlaceOrderResponse>;
  using Cancel = Call<gateway::v1::CancelOrderRequest, gateway::v1::CancelOrderResponse>;
  using PlaceAll =
      Call<gateway::v1::BatchPlaceOrdersRequest, gateway::v1::BatchPlaceOrdersResponse>;
  using CancelAll =
      Call<gateway::v1::BatchCancelOrdersRequest, gateway::v1::BatchCancelOrdersResponse>;
};

struct Engine {
  using Service = engine::v1::OrderService;
  using Place = Call<engine::v1::PlaceOrderRequest, engine::v1::PlaceOrderResponse>;
  using Cancel = Call<engine::v1::CancelOrderRequest, engine::v1::CancelOrderResponse>;
  using PlaceAll = Call<engine::v1::BatchPlaceOrdersRequest, engine::v1::BatchPlaceOrdersResponse>;
  using CancelAll =
      Call<engine::v1::BatchCancelOrdersRequest, engine::v1::BatchCancelOrdersResponse>;
};

// Comes back within 100 ms after a crash: outages must be the venue's, not the client's.
std::shared_ptr<grpc::Channel> OpenOwnConnection(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

template <typename Message>
Answer AnswerIn(const Message& message, const common::v1::OrderAccepted& accepted) {
  Answer answer;
  answer.sequence = message.sequence();
  if (message.has_rejected()) {
    answer.reject_reason = message.rejected().reason();
  } else {
    answer.order_id = accepted.order_id();
    answer.rests = accepted.status() == common::v1::ORDER_STATUS_OPEN;
  }
  return answer;
}

// What an order was placed with, and then answered with.
template <typename Message>
Answer PlacedIn(const Message& message) {
  Answer answer = AnswerIn(message, message.accepted());
  answer.repeated = message.repeated_request();
  return answer;
}

template <typename Side>
class UnaryDoor : public VenueDoor {
 public:
  explicit UnaryDoor(const DoorOptions& options)
      : plan_(*options.plan),
        workload_(*options.workload),
        deadline_(options.deadline),
        slots_(options.slots) {
    for (size_t i = 0; i < options.connections; ++i) {
      stubs_.push_back(Side::Service::NewStub(OpenOwnConnection(options.address)));
    }
  }

  ~UnaryDoor() override {
    for (Slot& slot : slots_) {
      if (slot.in_flight) slot.context->TryCancel();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  void Send(size_t index, const Request& request) override {
    Slot& slot = slots_[index];
    CHECK(!slot.in_flight);
    slot.in_flight = true;
    slot.kind = request.kind;
    slot.is_batch = request.orders.size() > 1;
    slot.context.emplace();
    slot.context->set_deadline(std::chrono::system_clock::now() + deadline_);
    auto& stub = *stubs_[index % stubs_.size()];
    const auto start = [&](auto& call, auto method) {
      FillIn(request, call.request);
      call.reader = (stub.*method)(&*slot.context, call.request, &queue_);
      call.reader->Finish(&call.response, &slot.status, reinterpret_cast<void*>(index));
    };
    using Stub = typename Side::Service::Stub;
    if (request.kind == Kind::kPlace) {
      if (slot.is_batch) return start(slot.place_all, &Stub::AsyncBatchPlaceOrders);
      return start(slot.place, &Stub::AsyncPlaceOrder);
    }
    if (slot.is_batch) return start(slot.cancel_all, &Stub::AsyncBatchCancelOrders);
    start(slot.cancel, &Stub::AsyncCancelOrder);
  }

  bool Wait(std::chrono::steady_clock::time_point until, Completion& completion) override {
    const auto left = until - std::chrono::steady_clock::now();
    // gRPC rounds up to a millisecond, unless the moment is long past.
    const auto deadline = left.count() > 0 ? std::chrono::system_clock::now() + left
                                           : std::chrono::system_clock::time_point();
    void* tag = nullptr;
    bool ok = false;
    if (queue_.AsyncNext(&tag, &ok, deadline) != grpc::CompletionQueue::GOT_EVENT) return false;
    completion.slot = reinterpret_cast<size_t>(tag);
    Slot& slot = slots_[completion.slot];
    slot.in_flight = false;
    slot.answers.clear();
    if (slot.status.ok()) Read(slot);
    completion.status = slot.status.error_code();
    completion.answers = slot.answers;
    return true;
  }

 private:
  struct Slot {
    bool in_flight = false;
    Kind kind = Kind::kPlace;
    bool is_batch = false;
    std::optional<grpc::ClientContext> context;
    grpc::Status status;
    typename Side::Place place;
    typename Side::Cancel cancel;
    typename Side::PlaceAll place_all;
    typename Side::CancelAll cancel_all;
    std::vector<Answer> answers;
  };

  void FillIn(const Request& request, decltype(Side::Place::request)& place) const {
    FillIn(request.client, request.orders[0], *place.mutable_order());
  }
  void FillIn(const Request& request, decltype(Side::PlaceAll::request)& place) const {
    place.mutable_orders()->Clear();  // Keeps what it holds for the next Add().
    for (const uint64_t order : request.orders) {
      FillIn(request.client, order, *place.add_orders());
    }
  }
  void FillIn(const Request& request, decltype(Side::Cancel::request)& cancel) const {
    cancel.set_account_id(plan_.accounts[request.client]);
    cancel.set_client_order_id(NameOf(plan_, request.orders[0]));
  }
  void FillIn(const Request& request, decltype(Side::CancelAll::request)& cancel) const {
    cancel.mutable_orders()->Clear();
    for (const uint64_t order : request.orders) {
      common::v1::OrderName& name = *cancel.add_orders();
      name.set_account_id(plan_.accounts[request.client]);
      name.set_client_order_id(NameOf(plan_, order));
    }
  }

  void FillIn(uint32_t client, uint64_t order, common::v1::OrderForm& form) const {
    const Terms terms = workload_.TermsOf(order);
    form.set_account_id(plan_.accounts[client]);
    form.set_client_order_id(NameOf(plan_, order));
    form.set_instrument(plan_.instruments[terms.instrument]);
    form.set_side(terms.is_buy ? common::v1::ORDER_SIDE_BUY : common::v1::ORDER_SIDE_SELL);
    form.set_type(common::v1::ORDER_TYPE_LIMIT);
    form.set_time_in_force(common::v1::TIME_IN_FORCE_GTC);
    form.set_price(FormatDecimal(terms.price_ticks, plan_.price_decimals));
    form.set_quantity(FormatDecimal(terms.quantity_lots, plan_.quantity_decimals));
  }

  static void Read(Slot& slot) {
    if (slot.is_batch) {
      const auto& decisions = slot.kind == Kind::kPlace ? slot.place_all.response.decisions()
                                                        : slot.cancel_all.response.decisions();
      for (const common::v1::OrderDecision& decision : decisions) {
        slot.answers.push_back(PlacedIn(decision));
      }
    } else if (slot.kind == Kind::kPlace) {
      slot.answers.push_back(PlacedIn(slot.place.response));
    } else {
      slot.answers.push_back(AnswerIn(slot.cancel.response, slot.cancel.response.canceled()));
    }
  }

  const MarketPlan& plan_;
  const Workload& workload_;
  const std::chrono::milliseconds deadline_;
  std::vector<std::unique_ptr<typename Side::Service::Stub>> stubs_;
  grpc::CompletionQueue queue_;
  std::vector<Slot> slots_;
};

}  // namespace

std::string NameOf(const MarketPlan& plan, uint64_t order) {
  return absl::StrCat(plan.tag, "-", order);
}

std::unique_ptr<VenueDoor> OpenGatewayDoor(const DoorOptions& options) {
  return std::make_unique<UnaryDoor<Gateway>>(options);
}

std::unique_ptr<VenueDoor> OpenEngineDoor(const DoorOptions& options) {
  return std::make_unique<UnaryDoor<Engine>>(options);
}

}  // namespace rialto::load
