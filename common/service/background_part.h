// What a service runs beside its calls.
#pragma once

#include "absl/status/status.h"

namespace rialto {

// Something that runs in the background as long as the service serves: a follower, the sequencer.
class BackgroundPart {
 public:
  virtual ~BackgroundPart() = default;

  // Runs on Serve's thread, with the gRPC port already open; may take as long as it needs
  // (recovery). Until it returns, health is NOT_SERVING and services must answer UNAVAILABLE.
  // An error ends the service with it. A start that goes on kDrainSeconds after SIGTERM does not
  // hold the process: it exits with 0 on the spot, since everything here is crash-safe.
  virtual absl::Status Start() = 0;

  // Ends what Start() began and joins its threads. Called once, after the server has drained.
  virtual void Stop() = 0;
};

}  // namespace rialto
