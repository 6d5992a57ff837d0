// What the services of followers answer alike: failures of a read, and how far the mirror is.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/follower/follower.h"
#include "common/service/process_metrics.h"
#include "grpcpp/support/status.h"

namespace rialto {

// A failed read in the caller's terms. A message with a reason code passes; the rest is the
// database's: UNAVAILABLE DATABASE_UNAVAILABLE, or INTERNAL DATABASE_ERROR.
grpc::Status ToReadStatus(const absl::Status& status);

// Fills any GetServerInfoResponse of a follower's service.
template <typename Response>
void DescribeMirror(const Follower& follower, Response& response) {
  const uint64_t lag = follower.lag();
  response.set_sequence(follower.position().value());
  response.set_engine_sequence(follower.engine_head().value());
  response.set_connected(lag != Follower::kLagUnknown);
  if (lag != Follower::kLagUnknown) response.set_lag_events(lag);
  response.set_lag_ns(follower.lag_ns());
  response.set_version(absl::StrCat(BuildVersion(), " ", BuildCommit()));
}

}  // namespace rialto
