#include "tools/replay/patient_call.h"

#include <algorithm>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/service/grpc_status.h"

namespace rialto::replay {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kAttemptMax(10);
constexpr std::chrono::milliseconds kPauseMin(5);
constexpr std::chrono::milliseconds kPauseMax(500);

absl::Status Failed(const std::string& what, const grpc::Status& status) {
  const absl::Status converted = FromGrpcStatus(status);
  return {converted.code(), absl::StrCat(what, ": ", converted.message())};
}

}  // namespace

bool IsTransient(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<Answered> CallPatiently(const std::string& what, std::chrono::seconds patience,
                                       const UnaryCall& call) {
  const steady_clock::time_point give_up = steady_clock::now() + patience;
  steady_clock::duration pause = kPauseMin;
  Answered answered;
  while (true) {
    const steady_clock::time_point sent = steady_clock::now();
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kAttemptMax);
    const grpc::Status status = call(context);
    const steady_clock::time_point now = steady_clock::now();
    if (status.ok()) {
      answered.latency_ns = std::chrono::nanoseconds(now - sent).count();
      return answered;
    }
    if (!IsTransient(status) || now + pause > give_up) return Failed(what, status);
    // Refused before it was taken: nothing was recorded.
    if (status.error_code() != grpc::StatusCode::RESOURCE_EXHAUSTED) answered.resent = true;
    std::this_thread::sleep_for(pause);
    pause = std::min<steady_clock::duration>(2 * pause, kPauseMax);
  }
}

}  // namespace rialto::replay
