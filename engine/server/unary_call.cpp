#include "engine/server/unary_call.h"

#include <memory>

namespace rialto::engine {
namespace {

struct MassCancelCall {
  Sequencer& sequencer;
  grpc::ServerUnaryReactor& call;
  MassCancel cancel;
  absl::AnyInvocable<void(const Outcome&, uint64_t)> fill;
  uint64_t canceled_orders = 0;
};

void TakeUp(const std::shared_ptr<MassCancelCall>& work, const Outcome& outcome) {
  work->canceled_orders += outcome.canceled_orders;
  if (!outcome.accepted() || !outcome.more) {
    work->fill(outcome, work->canceled_orders);
    work->call.Finish(grpc::Status::OK);
    return;
  }
  // The rest of what was taken: it does not wait behind the inbox's bound.
  const bool goes_on = work->sequencer.SubmitAnyway(
      work->cancel, [work](absl::Span<const Outcome> outcomes) { TakeUp(work, outcomes.front()); });
  if (!goes_on) {
    work->call.Finish({grpc::StatusCode::UNAVAILABLE,
                       "NOT_SERVING: the engine is stopping; some orders are canceled, not all"});
  }
}

}  // namespace

void CancelEverything(Sequencer& sequencer, grpc::ServerUnaryReactor& call,
                      const MassCancel& cancel,
                      absl::AnyInvocable<void(const Outcome&, uint64_t)> fill) {
  auto work =
      std::make_shared<MassCancelCall>(MassCancelCall{sequencer, call, cancel, std::move(fill)});
  absl::Status submitted = sequencer.Submit(
      {cancel}, [work](absl::Span<const Outcome> outcomes) { TakeUp(work, outcomes.front()); });
  if (!submitted.ok()) call.Finish(ToGrpcStatus(submitted));
}

}  // namespace rialto::engine
