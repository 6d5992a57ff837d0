#include "tools/load/tally.h"

namespace rialto::load {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

}  // namespace

void Tally::Unknown(Kind kind, grpc::StatusCode status) {
  ++of(kind).unknown_attempts[static_cast<size_t>(status) % kStatusCodes];
  ++second_.unknown_attempts;
}

void Tally::Refused(Kind kind, int64_t latency_ns) {
  of(kind).refused_ns.Record(latency_ns);
  second_refused_ns_.Record(latency_ns);
  ++second_.refused;
}

void Tally::Answered(Kind kind, const Answer& answer, int64_t latency_ns) {
  KindTally& tally = of(kind);
  ++tally.statuses[static_cast<size_t>(answer.status) % kStatusCodes];
  if (answer.status == grpc::StatusCode::RESOURCE_EXHAUSTED) return;  // Refused() has counted it.
  if (answer.status != grpc::StatusCode::OK) {
    ++second_.failed;
    return;
  }
  ++second_.decided;
  tally.decided_ns.Record(latency_ns);
  second_decided_ns_.Record(latency_ns);
  if (answer.repeated) ++tally.repeated;
  if (answer.accepted()) {
    ++tally.accepted;
  } else {
    ++tally.rejected[answer.reject_reason];
  }
}

void Tally::PassTo(int64_t now_ns) {
  while (now_ns >= static_cast<int64_t>(seconds_.size() + 1) * kSecondNs) {
    second_.p50_ns = second_decided_ns_.Quantile(0.5);
    second_.p99_ns = second_decided_ns_.Quantile(0.99);
    second_.refused_p99_ns = second_refused_ns_.Quantile(0.99);
    seconds_.push_back(second_);
    second_ = SecondTally();
    second_decided_ns_.Clear();
    second_refused_ns_.Clear();
  }
}

}  // namespace rialto::load
