#include "bench/road/stream_door.h"

#include <deque>
#include <vector>

#include "common/base/check.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/async_stream.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"

namespace rialto::bench {
namespace {

namespace v1 = engine::v1;

constexpr uint32_t kInstrument = 1;
// A correlation id is the slot and, in these low bits, the place in its message.
constexpr int kPlaceBits = 16;

class StreamDoor : public load::VenueDoor {
 public:
  explicit StreamDoor(const load::DoorOptions& options)
      : plan_(*options.plan), workload_(*options.workload), slots_(options.slots) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ = v1::OrderService::NewStub(
        grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments));
    context_.set_wait_for_ready(true);
    stream_ = stub_->AsyncStreamOrders(&context_, &queue_, TagOf(Step::kOpened));
    CHECK(TakeStep(std::chrono::system_clock::time_point::max()));
    stream_->Read(&response_, TagOf(Step::kRead));
  }

  ~StreamDoor() override {
    context_.TryCancel();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  void Send(size_t index, const load::Request& request) override {
    Slot& slot = slots_[index];
    CHECK(slot.unanswered == 0);
    slot.unanswered = request.orders.size();
    slot.answers.resize(request.orders.size());
    FillIn(index, request, slot.message);
    to_write_.push_back(index);
    WriteNext();
  }

  bool Wait(std::chrono::steady_clock::time_point until, Completion& completion) override {
    const auto left = until - std::chrono::steady_clock::now();
    const auto deadline = left.count() > 0 ? std::chrono::system_clock::now() + left
                                           : std::chrono::system_clock::time_point();
    while (answered_.empty()) {
      if (!TakeStep(deadline)) return false;
    }
    completion.slot = answered_.front();
    completion.status = grpc::StatusCode::OK;
    completion.answers = slots_[completion.slot].answers;
    answered_.pop_front();
    return true;
  }

 private:
  enum class Step : intptr_t { kOpened = 1, kRead, kWritten };
  struct Slot {
    v1::StreamOrdersRequest message;  // Its memory is used again.
    std::vector<load::Answer> answers;
    size_t unanswered = 0;
  };

  static void* TagOf(Step step) { return reinterpret_cast<void*>(step); }

  // False: nothing happened until the deadline.
  bool TakeStep(std::chrono::system_clock::time_point deadline) {
    void* tag = nullptr;
    bool ok = false;
    if (queue_.AsyncNext(&tag, &ok, deadline) != grpc::CompletionQueue::GOT_EVENT) return false;
    CHECK(ok);  // The stream broke.
    if (tag == TagOf(Step::kRead)) {
      TakeResponse();
      stream_->Read(&response_, TagOf(Step::kRead));
    } else if (tag == TagOf(Step::kWritten)) {
      is_writing_ = false;
      WriteNext();
    }
    return true;
  }

  void WriteNext() {
    if (is_writing_ || to_write_.empty()) return;
    is_writing_ = true;
    stream_->Write(slots_[to_write_.front()].message, TagOf(Step::kWritten));
    to_write_.pop_front();
  }

  void TakeResponse() {
    for (const v1::OrderOutcome& outcome : response_.outcomes()) {
      CHECK(outcome.malformed().empty());
      const size_t index = outcome.correlation_id() >> kPlaceBits;
      Slot& slot = slots_[index];
      load::Answer& answer = slot.answers[outcome.correlation_id() & ((1u << kPlaceBits) - 1)];
      answer.reject_reason = outcome.reject_reason();
      answer.order_id = outcome.order_id();
      answer.sequence = outcome.sequence();
      answer.rests = outcome.status() == common::v1::ORDER_STATUS_OPEN;
      if (--slot.unanswered == 0) answered_.push_back(index);
    }
  }

  void FillIn(size_t index, const load::Request& request, v1::StreamOrdersRequest& message) const {
    message.mutable_commands()->Clear();  // Keeps what it holds for the next add.
    for (size_t place = 0; place < request.orders.size(); ++place) {
      v1::OrderCommand& command = *message.add_commands();
      command.set_correlation_id(index << kPlaceBits | place);
      if (request.kind == load::Kind::kPlace) {
        FillIn(request.client, request.orders[place], *command.mutable_place());
      } else {
        command.mutable_cancel()->set_account_id(plan_.accounts[request.client]);
        command.mutable_cancel()->set_client_order_id(load::NameOf(plan_, request.orders[place]));
      }
    }
  }

  void FillIn(uint32_t client, uint64_t order, v1::PlaceOrderCommand& command) const {
    const load::Terms terms = workload_.TermsOf(order);
    command.set_account_id(plan_.accounts[client]);
    command.set_client_order_id(load::NameOf(plan_, order));
    command.set_instrument_id(kInstrument);
    command.set_side(terms.is_buy ? common::v1::ORDER_SIDE_BUY : common::v1::ORDER_SIDE_SELL);
    command.set_type(common::v1::ORDER_TYPE_LIMIT);
    command.set_time_in_force(common::v1::TIME_IN_FORCE_GTC);
    command.set_price_ticks(terms.price_ticks);
    command.set_quantity_lots(terms.quantity_lots);
  }

  const load::MarketPlan& plan_;
  const load::Workload& workload_;
  std::unique_ptr<v1::OrderService::Stub> stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<v1::StreamOrdersRequest, v1::StreamOrdersResponse>>
      stream_;
  v1::StreamOrdersResponse response_;
  std::vector<Slot> slots_;
  std::deque<size_t> to_write_;
  std::deque<size_t> answered_;
  bool is_writing_ = false;
};

}  // namespace

std::unique_ptr<load::VenueDoor> OpenStreamDoor(const load::DoorOptions& options) {
  return std::make_unique<StreamDoor>(options);
}

}  // namespace rialto::bench
