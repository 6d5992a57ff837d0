// echo_server: the yardstick of the wire. The engine's OrderService with nothing behind it: every
// order is answered at once with what the engine would say of an order that rests, so that
// messages have the same sizes, on gRPC's callback API and nothing else.
//
//   echo_server HOST:PORT
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "rialto/engine/v1/order_service.grpc.pb.h"

namespace rialto::bench {
namespace {

namespace v1 = engine::v1;

// About what an engine is at after a while: numbers of as many bytes.
std::atomic<uint64_t> sequence = 1'000'000;

// What a request is answered with. Responses that come while one is written go out together.
class EchoStream
    : public grpc::ServerBidiReactor<v1::StreamOrdersRequest, v1::StreamOrdersResponse> {
 public:
  EchoStream() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      if (!ok) {
        reading_ = false;
        return MaybeFinish();
      }
      for (const v1::OrderCommand& command : request_.commands()) {
        Answer(command, *waiting_.add_outcomes());
      }
      MaybeWrite();
    }
    StartRead(&request_);
  }
  void OnWriteDone(bool) override {
    absl::MutexLock lock(&mutex_);
    writing_now_ = false;
    MaybeWrite();
    MaybeFinish();
  }
  void OnDone() override { delete this; }

 private:
  static void Answer(const v1::OrderCommand& command, v1::OrderOutcome& outcome) {
    outcome.set_correlation_id(command.correlation_id());
    outcome.set_sequence(++sequence);
    outcome.set_order_id(outcome.sequence());
    outcome.set_status(common::v1::ORDER_STATUS_OPEN);
    outcome.set_remaining_lots(command.place().quantity_lots());
    outcome.set_instrument_id(1);
    outcome.set_side(common::v1::ORDER_SIDE_BUY);
  }
  void MaybeWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_now_ || waiting_.outcomes().empty()) return;
    writing_.Swap(&waiting_);
    waiting_.Clear();
    writing_now_ = true;
    StartWrite(&writing_);
  }
  void MaybeFinish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (reading_ || writing_now_ || finished_) return;
    finished_ = true;
    Finish(grpc::Status::OK);
  }

  v1::StreamOrdersRequest request_;
  absl::Mutex mutex_;
  v1::StreamOrdersResponse writing_;
  v1::StreamOrdersResponse waiting_ ABSL_GUARDED_BY(mutex_);
  bool writing_now_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

void Accept(common::v1::OrderAccepted& accepted) {
  accepted.set_order_id(sequence);
  accepted.set_status(common::v1::ORDER_STATUS_OPEN);
  accepted.set_executed_quantity("0.0000");
  accepted.set_executed_quote_amount("0.00");
  accepted.set_remaining_quantity("0.0005");
  accepted.set_prevented_quantity("0.0000");
}

class EchoService : public v1::OrderService::CallbackService {
 public:
  grpc::ServerUnaryReactor* PlaceOrder(grpc::CallbackServerContext* context,
                                       const v1::PlaceOrderRequest*,
                                       v1::PlaceOrderResponse* response) override {
    response->set_sequence(++sequence);
    Accept(*response->mutable_accepted());
    return Finished(*context);
  }
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context,
                                        const v1::CancelOrderRequest*,
                                        v1::CancelOrderResponse* response) override {
    response->set_sequence(++sequence);
    Accept(*response->mutable_canceled());
    return Finished(*context);
  }
  grpc::ServerBidiReactor<v1::StreamOrdersRequest, v1::StreamOrdersResponse>* StreamOrders(
      grpc::CallbackServerContext*) override {
    return new EchoStream();  // Deletes itself when it is done.
  }

 private:
  static grpc::ServerUnaryReactor* Finished(grpc::CallbackServerContext& context) {
    grpc::ServerUnaryReactor* call = context.DefaultReactor();
    call->Finish(grpc::Status::OK);
    return call;
  }
};

}  // namespace
}  // namespace rialto::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "echo_server HOST:PORT\n");
    return 2;
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  rialto::bench::EchoService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(argv[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  int signal = 0;
  sigwait(&stop, &signal);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return 0;
}
