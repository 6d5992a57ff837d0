// Questions, and transfers, passed on to the engine for callers, without holding a thread.
//
// The caller's deadline (else limits::kQueryTimeout) and cancellation hold for the engine, too; its
// errors come back as they are. The engine answers on the thread that decides orders: with
// limits::kQuestionsInFlightMax unanswered the next is refused here.
//
// Thread: any.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/service/grpc_status.h"
#include "gateway/limits.h"
#include "gateway/metrics.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace rialto::gateway {

template <typename Request, typename Response>
struct EngineQuery {
  std::unique_ptr<grpc::ClientContext> context;
  Request request;
  Response response;
};

class EngineQueries {
 public:
  // REQUIRES: `metrics` outlives this, and this outlives the calls that it passes on.
  EngineQueries(std::shared_ptr<grpc::Channel> channel, Metrics& metrics)
      : channel_(std::move(channel)), metrics_(metrics) {}

  // What stubs are made of.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // `start(context, request, response, done)` makes the call; `take(response)` fills in the answer.
  // RESOURCE_EXHAUSTED when too many are in flight.
  // REQUIRES: what `take` refers to lives until the caller's call is over.
  template <typename Request, typename Response, typename Start, typename Take>
  grpc::ServerUnaryReactor* PassOn(grpc::CallbackServerContext* caller, Request request,
                                   Start start, Take take) {
    grpc::ServerUnaryReactor* reactor = caller->DefaultReactor();
    if (const absl::Status admitted = Admit(); !admitted.ok()) {
      reactor->Finish(ToGrpcStatus(admitted));
      return reactor;
    }
    auto query = std::make_shared<EngineQuery<Request, Response>>();
    query->request = std::move(request);
    query->context = grpc::ClientContext::FromCallbackServerContext(*caller);
    const auto deadline = std::chrono::system_clock::now() + limits::kQueryTimeout;
    if (caller->deadline() > deadline) query->context->set_deadline(deadline);
    start(query->context.get(), &query->request, &query->response,
          [this, query, reactor, take = std::move(take)](const grpc::Status& status) {
            Release();  // First: whoever hears the answer may ask again.
            if (status.ok()) take(query->response);
            reactor->Finish(status);
          });
    return reactor;
  }

 private:
  absl::Status Admit() {
    const int before = in_flight_.fetch_add(1, std::memory_order_relaxed);
    if (before < limits::kQuestionsInFlightMax) {
      metrics_.questions_in_flight.Increment();
      return absl::OkStatus();
    }
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    return absl::ResourceExhaustedError(absl::StrCat("TOO_MANY_QUESTIONS_IN_FLIGHT: have ", before,
                                                     " of ", limits::kQuestionsInFlightMax,
                                                     "; nothing was sent, retry later"));
  }
  void Release() {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    metrics_.questions_in_flight.Decrement();
  }

  const std::shared_ptr<grpc::Channel> channel_;
  Metrics& metrics_;
  std::atomic<int> in_flight_{0};
};

}  // namespace rialto::gateway
