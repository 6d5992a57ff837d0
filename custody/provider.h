// A custody provider: whoever really holds the money and can send it away.
//
// Send is idempotent by withdrawal_id: the provider moves the money at most once, however often it
// is asked.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "custody/withdrawal.h"

namespace rialto::custody {

class Provider {
 public:
  virtual ~Provider() = default;

  // What the provider knows of it; nullopt: it says itself that it was never asked to send it.
  // Unavailable: try again.
  virtual absl::StatusOr<std::optional<v1::ProviderWithdrawal>> Find(
      const std::string& withdrawal_id) = 0;
  // Asks for the money to be sent. FailedPrecondition: it says itself that it never will be.
  // Unavailable: unknown; the same again.
  virtual absl::StatusOr<v1::ProviderWithdrawal> Send(const Withdrawal& withdrawal) = 0;
};

}  // namespace rialto::custody
