// ThreadSanitizer sees nothing of what gRPC does inside: Debian builds it without. What one thread
// hands to gRPC another one gets back, with the tag it went with; each of the ways by which that
// happens comes by here. Linked into every binary of the `tsan` preset.
#include <dlfcn.h>
#include <grpc/grpc.h>
#include <grpcpp/support/callback_common.h>
#include <grpcpp/support/server_callback.h>
#include <sanitizer/tsan_interface.h>

#include <utility>

#include "absl/status/status.h"

struct grpc_cq_completion;
#define CQ_END_OP                                                                    \
  "_Z14grpc_cq_end_opP21grpc_completion_queuePvN4absl7debian36StatusEPFvS1_P18grpc_" \
  "cq_completionES1_S6_b"

// Between the two ends of a call. As the sanitizer does with sockets, which it does not see here:
// what was before anything was sent is before whatever is received later.
static char wire;

static void Receive(void* tag) {
  __tsan_acquire(tag);
  __tsan_acquire(&wire);
}

// --- Handed over ---

extern "C" grpc_call_error grpc_call_start_batch(grpc_call* call, const grpc_op* ops, size_t nops,
                                                 void* tag, void* reserved) {
  static const auto real =
      reinterpret_cast<decltype(&grpc_call_start_batch)>(dlsym(RTLD_NEXT, "grpc_call_start_batch"));
  __tsan_release(tag);
  __tsan_release(&wire);
  return real(call, ops, nops, tag, reserved);
}

// Inside the library: a tag goes to its queue, among them those of new calls of a synchronous
// server, which the library makes itself.
extern "C" void cq_end_op(grpc_completion_queue* queue, void* tag, absl::Status error,
                          void (*done)(void*, grpc_cq_completion*), void* done_argument,
                          grpc_cq_completion* storage, bool internal) __asm__(CQ_END_OP);
extern "C" void cq_end_op(grpc_completion_queue* queue, void* tag, absl::Status error,
                          void (*done)(void*, grpc_cq_completion*), void* done_argument,
                          grpc_cq_completion* storage, bool internal) {
  static const auto real = reinterpret_cast<decltype(&cq_end_op)>(dlsym(RTLD_NEXT, CQ_END_OP));
  __tsan_release(tag);
  real(queue, tag, std::move(error), done, done_argument, storage, internal);
}

// --- Got back: from a queue ---

extern "C" grpc_event grpc_completion_queue_next(grpc_completion_queue* queue,
                                                 gpr_timespec deadline, void* reserved) {
  static const auto real = reinterpret_cast<decltype(&grpc_completion_queue_next)>(
      dlsym(RTLD_NEXT, "grpc_completion_queue_next"));
  const grpc_event event = real(queue, deadline, reserved);
  if (event.type == GRPC_OP_COMPLETE) Receive(event.tag);
  return event;
}

extern "C" grpc_event grpc_completion_queue_pluck(grpc_completion_queue* queue, void* tag,
                                                  gpr_timespec deadline, void* reserved) {
  static const auto real = reinterpret_cast<decltype(&grpc_completion_queue_pluck)>(
      dlsym(RTLD_NEXT, "grpc_completion_queue_pluck"));
  const grpc_event event = real(queue, tag, deadline, reserved);
  if (event.type == GRPC_OP_COMPLETE) Receive(tag);
  return event;
}

// --- Got back: as a call ---
//
// The static functions that gRPC calls with a tag of its callback API are inline in its headers:
// these, of their names, are not, and so the linker prefers them.

namespace {

using grpc::internal::CallbackWithStatusTag;
using grpc::internal::CallbackWithSuccessTag;

void RunTag(CallbackWithSuccessTag& tag, bool ok);
void RunTag(CallbackWithStatusTag& tag, bool ok);
// Run() is private; an explicit instantiation may name it.
template <typename Tag, void (Tag::*kRun)(bool)>
struct Reach {
  friend void RunTag(Tag& tag, bool ok) { (tag.*kRun)(ok); }
};
template struct Reach<CallbackWithSuccessTag, &CallbackWithSuccessTag::Run>;
template struct Reach<CallbackWithStatusTag, &CallbackWithStatusTag::Run>;

template <typename Tag>
void RunSeen(grpc_completion_queue_functor* functor, int ok) {
  Receive(functor);
  RunTag(*static_cast<Tag*>(functor), ok != 0);
}

}  // namespace

#define STATIC_RUN(tag) "_ZN4grpc8internal" tag "9StaticRunEP29grpc_completion_queue_functori"

void RunSuccess(grpc_completion_queue_functor* functor,
                int ok) __asm__(STATIC_RUN("22CallbackWithSuccessTag"));
void RunSuccess(grpc_completion_queue_functor* functor, int ok) {
  RunSeen<CallbackWithSuccessTag>(functor, ok);
}

void RunStatus(grpc_completion_queue_functor* functor,
               int ok) __asm__(STATIC_RUN("21CallbackWithStatusTag"));
void RunStatus(grpc_completion_queue_functor* functor, int ok) {
  RunSeen<CallbackWithStatusTag>(functor, ok);
}

// --- The end of a call of the server ---
//
// OnDone() comes when the last of several reactions is over. They count down; those that the
// library runs itself do so where it is not seen.

namespace {

using grpc::internal::ServerReactor;

// OnCancel() of another reactor, seen by who counts.
class SeenCancel : public ServerReactor {
 public:
  SeenCancel(ServerReactor& reactor, void* count) : reactor_(reactor), count_(count) {}

  void OnCancel() override {
    reactor_.OnCancel();
    __tsan_release(count_);
    delete this;
  }
  void OnDone() override {}

 private:
  ServerReactor& reactor_;
  void* const count_;
};

}  // namespace

namespace grpc::internal {

void ServerCallbackCall::CallOnCancel(ServerReactor* reactor) {
  static const auto real = reinterpret_cast<void (*)(ServerCallbackCall*, ServerReactor*)>(dlsym(
      RTLD_NEXT, "_ZN4grpc8internal18ServerCallbackCall12CallOnCancelEPNS0_13ServerReactorE"));
  if (reactor->InternalInlineable()) return real(this, reactor);
  real(this, new SeenCancel(*reactor, &callbacks_outstanding_));
}

void ServerCallbackCall::ScheduleOnDone(bool inline_ondone) {
  static const auto real = reinterpret_cast<void (*)(ServerCallbackCall*, bool)>(
      dlsym(RTLD_NEXT, "_ZN4grpc8internal18ServerCallbackCall14ScheduleOnDoneEb"));
  __tsan_acquire(&callbacks_outstanding_);
  real(this, inline_ondone);
}

}  // namespace grpc::internal
