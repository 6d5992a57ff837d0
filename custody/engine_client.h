// What custody asks of the engine. Every command carries its own idempotency key: the same again is
// safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "custody/withdrawal.h"
#include "rialto/engine/v1/account_service.grpc.pb.h"

namespace rialto::custody {

// The engine's word, final.
struct Decision {
  Sequence sequence;    // 0: the engine would not even record it.
  std::string refusal;  // Empty: accepted.
};

// Thread: any.
class EngineClient {
 public:
  static constexpr int kPatienceSeconds = 5;

  explicit EngineClient(const std::string& engine_address);

  // Unavailable: outcome unknown; ask again. What the engine finds malformed is a refusal, too.
  absl::StatusOr<Decision> Deposit(const EventRow& row);
  // Holds the money for `external`, without an end.
  absl::StatusOr<Decision> Hold(const Withdrawal& withdrawal);
  // The held money is gone; or available again.
  absl::StatusOr<Decision> Settle(const Withdrawal& withdrawal);
  absl::StatusOr<Decision> Release(const Withdrawal& withdrawal);

 private:
  absl::StatusOr<Decision> Transfer(const common::v1::TransferForm& form);

  const std::unique_ptr<engine::v1::AccountService::Stub> engine_;
};

}  // namespace rialto::custody
