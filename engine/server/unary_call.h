// Unary calls that the writer answers: one decision, several, or one question.
#pragma once

#include <cstdint>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/service/grpc_status.h"
#include "engine/server/sequencer.h"
#include "grpcpp/support/server_callback.h"

namespace rialto::engine {

// Finishes the call with an error at once, for `return Fail(*call, status)`.
inline grpc::ServerUnaryReactor* Fail(grpc::ServerUnaryReactor& call, const absl::Status& status) {
  call.Finish(ToGrpcStatus(status));
  return &call;
}

// What a call hears before the engine has recovered, without a look at what it asks: assets and
// instruments are not all known yet.
inline absl::Status NotServing() {
  return absl::UnavailableError("NOT_SERVING: the engine is starting or stopping");
}

// Submits commands that are decided one after the other and finishes the call once all are durable;
// `fill` writes the response.
inline void DecideAll(Sequencer& sequencer, grpc::ServerUnaryReactor& call,
                      absl::InlinedVector<Command, 1> commands,
                      absl::AnyInvocable<void(absl::Span<const Outcome>)> fill) {
  Sequencer::Turn turn(sequencer);
  absl::Status submitted = sequencer.Submit(
      std::move(commands),
      [&call, fill = std::move(fill)](absl::Span<const Outcome> outcomes) mutable {
        fill(outcomes);
        call.Finish(grpc::Status::OK);
      },
      &turn);
  if (!submitted.ok()) call.Finish(ToGrpcStatus(submitted));
}

// Submits one command and finishes the call once it is decided and durable.
inline void Decide(Sequencer& sequencer, grpc::ServerUnaryReactor& call, Command command,
                   absl::AnyInvocable<void(const Outcome&)> fill) {
  DecideAll(sequencer, call, {std::move(command)},
            [fill = std::move(fill)](absl::Span<const Outcome> outcomes) mutable {
              fill(outcomes.front());
            });
}

// Asks one question and finishes the call with the status `answer` returns.
inline void Answer(Sequencer& sequencer, grpc::ServerUnaryReactor& call,
                   absl::AnyInvocable<absl::Status(const Engine&)> answer) {
  Sequencer::Turn turn(sequencer);
  absl::Status asked = sequencer.Ask(
      [&call, answer = std::move(answer)](const Engine& engine) mutable {
        call.Finish(ToGrpcStatus(answer(engine)));
      },
      &turn);
  if (!asked.ok()) call.Finish(ToGrpcStatus(asked));
}

// Sends a mass cancel again and again until nothing fits any more, and finishes the call; `fill`
// hears the last outcome and how many orders were canceled in all.
void CancelEverything(Sequencer& sequencer, grpc::ServerUnaryReactor& call,
                      const MassCancel& cancel,
                      absl::AnyInvocable<void(const Outcome&, uint64_t)> fill);

}  // namespace rialto::engine
