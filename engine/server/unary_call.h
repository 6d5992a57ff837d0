// Unary calls that the writer thread answers: one decision, or one question.
#pragma once

#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "common/service/grpc_status.h"
#include "engine/server/sequencer.h"
#include "grpcpp/support/server_callback.h"

namespace rialto::engine {

// Submits one command and finishes the call once it is decided and durable; `fill` writes the
// response.
inline void Decide(Sequencer& sequencer, grpc::ServerUnaryReactor& call, Command command,
                   absl::AnyInvocable<void(const Outcome&)> fill) {
  absl::Status submitted =
      sequencer.Submit({std::move(command)},
                       [&call, fill = std::move(fill)](absl::Span<const Outcome> outcomes) mutable {
                         fill(outcomes.front());
                         call.Finish(grpc::Status::OK);
                       });
  if (!submitted.ok()) call.Finish(ToGrpcStatus(submitted));
}

// Asks one question and finishes the call with the status `answer` returns.
inline void Answer(Sequencer& sequencer, grpc::ServerUnaryReactor& call,
                   absl::AnyInvocable<absl::Status(const Engine&)> answer) {
  absl::Status asked =
      sequencer.Ask([&call, answer = std::move(answer)](const Engine& engine) mutable {
        call.Finish(ToGrpcStatus(answer(engine)));
      });
  if (!asked.ok()) call.Finish(ToGrpcStatus(asked));
}

}  // namespace rialto::engine
