// Signatures between the venue and a custody provider: HMAC-SHA256 over "<timestamp>.<body>".
//
// A message older or newer than the replay window is refused before its signature is looked at;
// within the window a repeat is harmless, since everything behind it is idempotent. Comparison
// takes the same time wherever it fails.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace rialto::custody {

// How far a message's timestamp may be from our clock.
inline constexpr absl::Duration kReplayWindow = absl::Minutes(5);

struct SignedMessage {
  std::string_view timestamp;  // Seconds since the Unix epoch, decimal digits.
  std::string_view signature;  // "v1=" and 64 hexadecimal digits.
  std::string_view body;
};

// The signature of a body at a moment. REQUIRES: the secret is not empty.
std::string Sign(std::string_view secret, std::string_view timestamp, std::string_view body);

// Unauthenticated: BAD_TIMESTAMP, OUTSIDE_REPLAY_WINDOW or BAD_SIGNATURE.
absl::Status CheckSignature(std::string_view secret, const SignedMessage& message, absl::Time now);

}  // namespace rialto::custody
