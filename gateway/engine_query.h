// A question passed on to the engine for a caller, without holding a thread.
//
// The caller's deadline (else limits::kQueryTimeout) and cancellation hold for the engine, too; its
// errors come back as they are.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "gateway/limits.h"
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

// `start(context, request, response, done)` makes the call; `take(response)` fills in the answer.
// REQUIRES: what `take` refers to lives until the caller's call is over.
template <typename Request, typename Response, typename Start, typename Take>
grpc::ServerUnaryReactor* PassOn(grpc::CallbackServerContext* caller, Request request, Start start,
                                 Take take) {
  grpc::ServerUnaryReactor* reactor = caller->DefaultReactor();
  auto query = std::make_shared<EngineQuery<Request, Response>>();
  query->request = std::move(request);
  query->context = grpc::ClientContext::FromCallbackServerContext(*caller);
  const auto deadline = std::chrono::system_clock::now() + limits::kQueryTimeout;
  if (caller->deadline() > deadline) query->context->set_deadline(deadline);
  start(query->context.get(), &query->request, &query->response,
        [query, reactor, take = std::move(take)](const grpc::Status& status) {
          if (status.ok()) take(query->response);
          reactor->Finish(status);
        });
  return reactor;
}

}  // namespace rialto::gateway
